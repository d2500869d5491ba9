import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Context } from "../../../../src/cli/context.ts";
import { readPassphrase } from "../../../../src/cli/input/passphrase.ts";
import { Prompt, type Source } from "../../../../src/cli/prompt.ts";
import { FakeTerminal } from "../../../support/cli/fake-world.ts";

function given(stdin: Source & { write(text: string): unknown; end(): unknown }, text: string): Context {
  stdin.write(text);
  if (stdin.isTTY !== true) stdin.end();
  const ask = new Prompt({ stdin, stderr: { write: () => true, isTTY: true }, environment: {} });
  return { ask, world: { stdin } } as unknown as Context;
}

const request = { label: "Passphrase", fromStdin: false, isNew: false };

describe("readPassphrase", () => {
  it("asks once for a known one, twice for a new one", async () => {
    expect(await readPassphrase(request, given(new FakeTerminal(), "open\r"))).toBe("open");
    expect(await readPassphrase({ ...request, isNew: true }, given(new FakeTerminal(), "open\ropen\r"))).toBe("open");
    await expect(readPassphrase({ ...request, isNew: true }, given(new FakeTerminal(), "open\ropne\r"))).rejects.toThrow("not the same");
  });

  it("takes standard input whole but for its last line end", async () => {
    const fromStdin = { ...request, fromStdin: true, isNew: true };
    expect(await readPassphrase(fromStdin, given(new PassThrough(), " a b \n"))).toBe(" a b ");
    expect(await readPassphrase(fromStdin, given(new PassThrough(), "a\nb\r\n"))).toBe("a\nb");
  });

  it("refuses an empty one, and asks nobody where nobody is", async () => {
    await expect(readPassphrase({ ...request, fromStdin: true }, given(new PassThrough(), "\n"))).rejects.toMatchObject({ code: "USAGE" });
    await expect(readPassphrase(request, given(new FakeTerminal(), "\r"))).rejects.toMatchObject({ code: "USAGE" });
    await expect(readPassphrase(request, given(new PassThrough(), "x"))).rejects.toMatchObject({
      code: "INPUT_NEEDED",
      hint: "pass --passphrase-stdin",
    });
  });
});
