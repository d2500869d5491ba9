import { describe, expect, it } from "vitest";
import { KeywardError } from "../../../src/core/errors.ts";
import { Output } from "../../../src/cli/output.ts";

function output(options: { json?: boolean; verbose?: boolean; tty?: boolean; environment?: Record<string, string> } = {}) {
  const [out, err]: [string[], string[]] = [[], []];
  const sink = (into: string[]) => ({ write: (text: string) => into.push(text), isTTY: options.tty === true, columns: 40 });
  const { json = false, verbose = false, environment = {} } = options;
  const writer = new Output({ stdout: sink(out), stderr: sink(err), environment, json, verbose, colour: true });
  return { writer, out: () => out.join(""), err: () => err.join("") };
}

function sayEverything(writer: Output): void {
  writer.line("line");
  writer.table(["A"], [["cell"]]);
  writer.facts([["name", "value"]]);
  writer.object({ a: "é\u009b" });
  writer.note("note");
  writer.tell("tell");
  writer.warn("warn");
  writer.detail("detail");
}

describe("Output", () => {
  it("gives people text on stdout and words on stderr", () => {
    const { writer, out, err } = output({ verbose: true });
    sayEverything(writer);
    expect(out()).toBe("line\nA\ncell\nname: value\n");
    expect(err()).toBe("note\ntell\nwarning: warn\ndetail\n");
  });

  it("gives scripts one object on stdout and objects only on stderr", () => {
    const { writer, out, err } = output({ json: true });
    sayEverything(writer);
    expect(out()).toBe('{"a":"é\\u009b"}\n');
    expect(err()).toBe('{"notice":{"message":"tell"}}\n{"warning":{"message":"warn"}}\n');
  });

  it("leaves a bug's stack out of JSON and an absent hint out of both", () => {
    const bug = new KeywardError("INTERNAL", "unexpected");
    const json = output({ json: true });
    json.writer.error(bug);
    expect(json.err()).toBe('{"error":{"code":"INTERNAL","message":"unexpected","next_steps":[]}}\n');
    const text = output();
    text.writer.error(new KeywardError("USAGE", "wrong"));
    expect(text.err()).toBe("error: wrong\n");
  });

  it("cuts a table to the terminal and never in a pipe", () => {
    const wide = [["x".repeat(100)]];
    const tty = output({ tty: true, environment: { NO_COLOR: "1" } });
    tty.writer.table(["A"], wide);
    expect(
      Math.max(
        ...tty
          .out()
          .split("\n")
          .map((line) => line.length),
      ),
    ).toBe(40);
    const pipe = output();
    pipe.writer.table(["A"], wide);
    expect(pipe.out()).toContain("x".repeat(100));
  });

  it("prints raw text byte for byte, in JSON mode too", () => {
    const { writer, out } = output({ json: true });
    writer.raw("a\u001b\tb");
    expect(out()).toBe("a\u001b\tb");
  });
});
