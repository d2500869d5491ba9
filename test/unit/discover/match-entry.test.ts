import { describe, expect, it } from "vitest";
import { matchEntry } from "../../../src/discover/match-entry.ts";
import type { Entry, Source, Tree } from "../../../src/discover/source.ts";

const NOW_MS = Date.UTC(2025, 0, 31);
const source: Source = { id: "t", tool: "T", priority: 50, format: "json", takes: "all", places: [], entries: [] };
const entry: Entry = { at: "/*/key", provider: "openai", kind: "api_key" };

function match(change: Partial<Entry>, tree: Tree, traits: Partial<Source> = {}) {
  const { findings, wrong } = matchEntry(
    { ...entry, ...change },
    { source: { ...source, ...traits }, path: "/f", format: "json", tree, nowMs: NOW_MS },
  );
  return { values: findings.map(({ values }) => values.map(({ secret }) => secret.reveal())), findings, wrong };
}

describe("matchEntry", () => {
  it("finds every value with its place, trimmed", () => {
    const { findings, values } = match({}, { a: { key: " k1 " }, b: { key: "k2" }, c: { other: "x" } });
    expect(values).toEqual([["k1"], ["k2"]]);
    expect(findings.map(({ pointer }) => pointer)).toEqual(["/a/key", "/b/key"]);
  });

  it.each<[string, Tree]>([
    ["empty text", ""],
    ["blank text", "  "],
    ["nothing", null],
    ["a truth value", true],
    ["an object", { x: "1" }],
    ["a list", ["k"]],
    ["a reference", "$OPENAI_API_KEY"],
    ["an example", "your-key-here"],
    ["text with a NUL", "a\0b"],
    ["a novel", "k".repeat(70_000)],
  ])("takes %s for no key", (_what, key) => {
    expect(match({}, { a: { key } })).toEqual({ values: [], findings: [], wrong: [] });
  });

  it("takes text as it stands where the source says so", () => {
    expect(match({}, { a: { key: "$X" } }, { verbatim: true }).values).toEqual([["$X"]]);
    expect(match({}, { a: { key: 5 } }, { verbatim: true }).values).toEqual([]);
    expect(match({}, { a: { key: 5 } }).values).toEqual([["5"]]);
  });

  it.each<[Tree, string[]]>([
    [{ a: { key: 5 } }, ["/a/key"]],
    [{ a: { key: ["x"] } }, ["/a/key"]],
    [{ a: "text" }, ["/a"]],
    [{ a: ["x"] }, ["/a"]],
    [{ a: null, b: { key: null }, c: {} }, []],
  ])("names what is wrong in a strict source: %j", (tree, wrong) => {
    expect(match({}, tree, { strict: true, verbatim: true })).toMatchObject({ values: [], wrong });
    expect(match({}, tree, { verbatim: true }).wrong).toEqual([]);
  });

  it("needs every field beside the value that is not optional", () => {
    const beside = { user: { at: "/*/user" }, note: { at: "/*/note", optional: true } } as const;
    const { values } = match({ beside }, { a: { key: "k1", user: "u", note: "n" }, b: { key: "k2" }, c: { key: "k3", user: "u" } });
    expect(values).toEqual([
      ["k1", "u", "n"],
      ["k3", "u"],
    ]);
  });

  it("knows when a value ends, and names a time that is none in a strict source", () => {
    const expires = { at: "/*/until" } as const;
    const tree = { a: { key: "k1", until: NOW_MS }, b: { key: "k2", until: NOW_MS + 1 }, c: { key: "k3", until: null }, d: { key: "k4" } };
    const { findings } = match({ expires }, tree);
    expect(findings.map(({ expired, expiresAtMs }) => [expired, expiresAtMs])).toEqual([
      [true, NOW_MS],
      [false, NOW_MS + 1],
      [false, null],
      [false, null],
    ]);
    for (const until of ["soon", "", { x: "1" }, true] as Tree[]) {
      const odd = { a: { key: "k1", until } };
      expect(match({ expires }, odd, { strict: true }).wrong).toEqual(["/a/key"]);
      expect(match({ expires }, odd).findings[0]).toMatchObject({ expired: false, expiresAtMs: null });
    }
  });

  it("gives no value to a reference or a client key", () => {
    expect(match({ kind: "reference" }, { a: { key: "/bin/x" } }).findings[0]).toMatchObject({ kind: "reference", values: [] });
    expect(match({ kind: "mtls" }, { a: { key: "x" } }).findings[0]).toMatchObject({ values: [] });
  });

  it("writes no variable that a shell could not name", () => {
    const provider: Entry["provider"] = ({ keys }) => keys[0] ?? null;
    const { findings } = match({ provider }, { "302ai": { key: "k1" }, "a;b": { key: "k2" }, ok: { key: "k3" }, "": { key: "k4" } });
    expect(findings.map(({ values }) => values[0]?.env)).toEqual([[], [], ["OK_API_KEY"]]);
  });

  it("says that a tool renews a value when it has a refresh token", () => {
    const { findings } = match({ refresh: "/*/again" }, { a: { key: "k1", again: "r" }, b: { key: "k2", again: "" }, c: { key: "k3" } });
    expect(findings.map(({ rotates }) => rotates)).toEqual([true, false, false]);
  });

  it("says how the vault reads a value where it is, where the vault can", () => {
    const where = { source, path: "/f", tree: { a: { key: "k1", user: "u" } }, nowMs: NOW_MS } as const;
    const referenceOf = (change: Partial<Entry>, within = {}): unknown =>
      matchEntry({ ...entry, ...change }, { ...where, format: "json", ...within }).findings[0]?.reference;
    expect(referenceOf({})).toBe("file:/f#/a/key");
    expect(referenceOf({}, { format: "yaml" })).toBeNull();
    expect(referenceOf({}, { path: "keychain: X" })).toBeNull();
    expect(referenceOf({ clean: () => "other" })).toBeNull();
    expect(referenceOf({ beside: { user: { at: "/*/user" } } })).toBeNull();
  });
});
