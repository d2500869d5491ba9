import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readSource, readText } from "../../../src/discover/read-source.ts";
import type { Source } from "../../../src/discover/source.ts";
import { newHome, NOW_MS } from "../../support/discover/stage-fixture.ts";

const source: Source = {
  id: "t",
  tool: "T",
  priority: 50,
  format: "json",
  takes: "all",
  places: [{ path: "~/one.json" }, { path: "~/two.json" }],
  entries: [
    { at: "/key", provider: "openai", kind: "api_key" },
    { at: "/token", provider: "openai", kind: "oauth", expires: { at: "/until" } },
  ],
};

function read(files: Readonly<Record<string, string>>, traits: Partial<Source> = {}, oauth = true) {
  const home = newHome();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home, name), text, { mode: 0o600 });
  const machine = { home, confined: true, environment: {}, platform: "linux" } as const;
  const result = readSource({ ...source, ...traits }, { machine, nowMs: NOW_MS, oauth });
  const values = result.findings.map(({ values: [value] }) => value?.secret.reveal());
  return {
    values,
    problems: result.problems.map(({ path, reason }) => `${path.slice(home.length)}: ${reason}`),
    notes: result.notes,
    home,
  };
}

describe("readSource", () => {
  it("has nothing to say where there is nothing", () => {
    expect(read({})).toMatchObject({ values: [], problems: [], notes: [] });
  });

  it("reads every file, and each value once", () => {
    expect(read({ "one.json": '{"key": "a", "token": "a"}', "two.json": '{"key": "b"}' }).values).toEqual(["a", "b"]);
  });

  it("stops at the first that counts where the source holds one", () => {
    const files = { "one.json": '{"token": "old", "until": 1}', "two.json": '{"token": "new", "key": "key"}' };
    expect(read(files, { takes: "first" }).values).toEqual(["old", "key"]);
    expect(read({ ...files, "one.json": '{"key": "a"}' }, { takes: "first" }).values).toEqual(["a"]);
  });

  it("leaves OAuth out where it is not wanted, also where the kind is told from the file", () => {
    const files = { "one.json": '{"key": "a", "token": "b"}' };
    expect(read(files, {}, false).values).toEqual(["a"]);
    expect(read(files, { entries: [{ at: "/key", provider: "openai", kind: () => "oauth" }] }, false).values).toEqual([]);
  });

  it("names a broken file without quoting it and goes on with the next", () => {
    const { values, problems } = read({ "one.json": '{"key": "secret', "two.json": '{"key": "b"}' });
    expect(values).toEqual(["b"]);
    expect(problems).toEqual(["/one.json: it is not valid JSON"]);
  });

  it("holds a strict source to an object and to text", () => {
    expect(read({ "one.json": "[]", "two.json": '{"key": 5}' }, { strict: true, verbatim: true }).problems).toEqual([
      "/one.json: it holds no JSON object",
      "/two.json: /key is not what it must be",
    ]);
    expect(read({ "one.json": "[]", "two.json": '"text"' }).problems).toEqual([]);
  });

  it("names a file that is none", () => {
    const home = newHome();
    mkdirSync(join(home, "one.json"));
    const machine = { home, confined: true, environment: {}, platform: "linux" } as const;
    expect(readSource(source, { machine, nowMs: NOW_MS, oauth: true }).problems).toEqual([
      { source: "t", path: join(home, "one.json"), reason: "it is not a file" },
    ]);
  });

  it("reads a file once that two paths lead to", () => {
    const home = newHome();
    writeFileSync(join(home, "one.json"), "{", { mode: 0o600 });
    symlinkSync(join(home, "one.json"), join(home, "two.json"));
    const machine = { home, confined: true, environment: {}, platform: "linux" } as const;
    expect(readSource(source, { machine, nowMs: NOW_MS, oauth: true }).problems).toHaveLength(1);
  });

  it("speaks of a link that leads away, and of a file that others may read", () => {
    const [home, away] = [newHome(), newHome()];
    writeFileSync(join(away, "x"), '{"key": "a"}', { mode: 0o644 });
    symlinkSync(join(away, "x"), join(home, "one.json"));
    const machine = { home, environment: {}, platform: "linux" } as const;
    const path = join(home, "one.json");
    expect(readSource(source, { machine: { ...machine, confined: false }, nowMs: NOW_MS, oauth: true }).notes).toEqual([
      `${path} can be read by other users of this machine; chmod 600 it`,
      `${path} leads to ${join(away, "x")}`,
    ]);
    expect(readSource(source, { machine: { ...machine, confined: true }, nowMs: NOW_MS, oauth: true })).toEqual({
      findings: [],
      problems: [],
      notes: [`${path} leads out of the directory and was not read`],
    });
  });
});

describe("readText", () => {
  it("reads text from elsewhere as if it stood in a file", () => {
    const machine = { home: "/", confined: false, environment: {}, platform: "macos" } as const;
    const { findings } = readText(
      source,
      { path: "keychain: T", text: '{"key": "a"}', format: "json" },
      { machine, nowMs: NOW_MS, oauth: true },
    );
    expect(findings).toMatchObject([{ path: "keychain: T", pointer: "/key" }]);
  });
});
