import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ALIASES, COMMAND_NAMES, GROUPS, loadCommand } from "../../../src/cli/registry.ts";

const SOURCE = fileURLToPath(new URL("../../../src", import.meta.url));
const HEAVY = /^(?:zod|undici|node-forge|pino|better-sqlite3|@napi-rs|open|execa|tldts)/;

/** Everything a module loads before it does anything: static imports, followed. */
function staticImports(file: string, seen = new Map<string, string[]>()): Map<string, string[]> {
  if (seen.has(file)) return seen;
  const text = readFileSync(file, "utf8");
  const statements = text.matchAll(/^(?:import|export)\s+(?!type\b)(?:[^"';]*?\sfrom\s+)?"([^"]+)";/gms);
  const targets = [...statements].map((match) => match[1] ?? "");
  seen.set(
    file,
    targets.filter((target) => !target.startsWith(".")),
  );
  for (const target of targets.filter((name) => name.startsWith("."))) staticImports(join(dirname(file), target), seen);
  return seen;
}

describe("the registry", () => {
  it.each(COMMAND_NAMES)("has under %s a command of that name, with help for people", async (name) => {
    const command = await loadCommand(name);
    expect(command.name).toBe(name);
    expect(command.summary).toMatch(/^[a-z][^.]*[^.]$/);
    expect(command.examples.length).toBeGreaterThanOrEqual(2);
    for (const { command: line } of command.examples) expect(line).toMatch(/\bkeyward /);
  });

  it("knows every module below commands/, and a group for every noun", () => {
    const files = readdirSync(join(SOURCE, "cli/commands"), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    // Commands without a noun that are no part of a request's story lie in two folders of their own.
    expect(
      files
        .map((file) =>
          file
            .replace(/\.ts$/, "")
            .replace("/", " ")
            .replace(/^(?:program|project) /, ""),
        )
        .sort(),
    ).toEqual([...COMMAND_NAMES].sort());
    const nouns = COMMAND_NAMES.filter((name) => name.includes(" ")).map((name) => name.split(" ")[0]);
    expect(new Set(nouns)).toEqual(new Set(Object.keys(GROUPS)));
  });

  it("has aliases only of commands, and none that is a command itself", () => {
    expect(Object.values(ALIASES).filter((name) => !COMMAND_NAMES.includes(name))).toEqual([]);
    expect(Object.keys(ALIASES).filter((name) => COMMAND_NAMES.includes(name))).toEqual([]);
  });

  it("is not read module by module before a command is known", () => {
    const loaded = [...staticImports(join(SOURCE, "cli/main.ts")).keys()].map((file) => relative(SOURCE, file));
    expect(loaded).toContain("cli/registry.ts");
    expect(loaded.filter((file) => file.startsWith("cli/commands"))).toEqual([]);
  });

  it.each([
    "cli/main.ts",
    "cli/commands/run.ts",
    "cli/run/child-environment.ts",
    "control/start-daemon.ts",
    "child/environment.ts",
    "child/spawn-child.ts",
  ])("loads nothing heavy on the way of a run: %s", (file) => {
    const packages = [...staticImports(join(SOURCE, file)).values()].flat();
    expect(packages.filter((name) => HEAVY.test(name))).toEqual([]);
  });

  it("would notice a heavy import", () => {
    expect([...staticImports(join(SOURCE, "control/schema.ts")).values()].flat()).toContain("zod");
  });
});
