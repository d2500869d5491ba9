import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BundledDefinitions } from "../../../src/providers/bundled.ts";
import { sampleDefinition } from "../../support/sample-provider.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "keyward-bundled-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(join(directory, name), text);

describe("bundled definitions", () => {
  it("are known by name at once and read when asked for, once", () => {
    write("acme.json", JSON.stringify(sampleDefinition({})));
    write("schema.json", "{}");
    const bundled = new BundledDefinitions(directory);
    expect([...bundled.ids]).toEqual(["acme"]);
    const first = bundled.get("acme");
    expect(first?.id).toBe("acme");
    expect(first?.endpoints[0]?.port).toBe(443);
    write("acme.json", "changed");
    expect(bundled.get("acme")).toBe(first);
    expect(bundled.get("other")).toBeNull();
    expect(bundled.faults.size).toBe(0);
  });

  it("that are damaged are named and missing, the others stay", () => {
    write("acme.json", JSON.stringify(sampleDefinition({})));
    write("bad.json", "{");
    write("moved.json", JSON.stringify(sampleDefinition({})));
    const bundled = new BundledDefinitions(directory);
    expect([bundled.get("bad"), bundled.get("moved")]).toEqual([null, null]);
    expect(bundled.get("acme")).not.toBeNull();
    expect([...bundled.faults.keys()].sort()).toEqual([join(directory, "bad.json"), join(directory, "moved.json")]);
  });

  it("of a directory that is not there are none, with the reason", () => {
    const bundled = new BundledDefinitions(join(directory, "gone"));
    expect(bundled.ids.size).toBe(0);
    expect([...bundled.faults.values()]).toEqual(["cannot be read (ENOENT)"]);
  });
});
