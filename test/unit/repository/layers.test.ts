// Who may import whom (the house's order): one table, held against the real import graph, and seen to fail on planted breaches.
import { describe, expect, it } from "vitest";
import { folderOf, importsOf, sourceFiles, type SourceFile } from "../../support/source-files.ts";

const everyone = "core config providers store control certs audit oauth backends connections proxy child discover ui hub daemon cli".split(
  " ",
);

/** Folder → folders whose values it may use; its own is always allowed. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  core: [],
  config: ["core"],
  providers: ["core"],
  store: ["core"],
  control: ["core"],
  certs: ["core"],
  audit: ["core"],
  oauth: ["core"],
  backends: ["core"],
  connections: ["core", "oauth"],
  proxy: ["core", "certs"],
  child: ["core", "config", "control"],
  discover: ["core", "config", "control"],
  ui: ["core", "config", "control"],
  hub: ["core", "config", "store", "providers"],
  daemon: everyone.filter((folder) => folder !== "cli" && folder !== "child"),
  cli: ["core", "config", "control", "child", "discover"],
};

/** Folder → folders of which it may name types as well (`import type`): one level more, nothing is loaded. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  certs: ["store"],
  control: ["config"],
  connections: ["store", "providers"],
  proxy: ["providers", "connections", "audit"],
};

/** Packages that cost a start-up which every command would pay: the daemon's alone. */
const HEAVY = ["zod", "undici", "node-forge", "pino", "better-sqlite3-multiple-ciphers"];

function findBreaches(files: readonly SourceFile[]): string[] {
  return files.flatMap(importsOf).flatMap(({ from, to, kind }) => {
    const [own, other] = [folderOf(from), folderOf(to)];
    if (own === null || other === null || own === other) return [];
    const allowed = [...(VALUES[own] ?? []), ...(kind === "type" ? (TYPES[own] ?? []) : [])];
    return allowed.includes(other) ? [] : [`${from} imports a ${kind === "type" ? "type" : "value"} of ${to}`];
  });
}

/** Everything that loading `entry` loads, at once or later. */
function loadedBy(entry: string, files: readonly SourceFile[]): Map<string, string> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const loaded = new Map<string, string>([[entry, ""]]);
  for (const path of loaded.keys()) {
    const file = byPath.get(path);
    if (file === undefined) continue;
    for (const { to, kind } of importsOf(file)) if (kind !== "type" && !loaded.has(to)) loaded.set(to, path);
  }
  return loaded;
}

const real = sourceFiles();

describe("the layers", () => {
  it("name every folder of src", () => {
    const folders = new Set(real.map((file) => folderOf(file.path)));
    expect([...folders].filter((folder) => folder !== null && VALUES[folder] === undefined)).toEqual([]);
  });

  it("are kept by every import", () => {
    expect(findBreaches(real)).toEqual([]);
  });

  it.each([
    ["src/core/planted.ts", 'import { loadSettings } from "../config/settings-file.ts";'],
    ["src/core/planted.ts", 'import type { Paths } from "../config/paths.ts";'],
    ["src/proxy/steps/planted.ts", 'import { openProfile } from "../../store/open-profile.ts";'],
    ["src/proxy/planted.ts", 'import { providerSchema } from "../providers/schema.ts";'],
    ["src/proxy/planted.ts", 'import { type Provider } from "../providers/schema.ts";'],
    ["src/cli/commands/planted.ts", 'const store = await import("../../store/open-profile.ts");'],
    ["src/cli/planted.ts", 'export { AuditSink } from "../audit/sink.ts";'],
    ["src/daemon/planted.ts", 'import "../child/environment.ts";'],
    ["src/store/planted.ts", 'import {\n  a,\n  b,\n} from "../config/home.ts";'],
  ])("are seen to be broken by a file planted at %s: %s", (path, text) => {
    expect(findBreaches([...real, { path, text }])).toHaveLength(findBreaches(real).length + 1);
  });

  it.each([
    ["src/proxy/planted.ts", 'import type { Provider } from "../providers/schema.ts";'],
    ["src/config/planted.ts", 'import { KeywardError } from "../core/errors.ts";'],
    ["src/daemon/planted.ts", 'import { startProxy } from "../proxy/listener.ts";'],
    ["src/proxy/steps/planted.ts", 'import { rule } from "../rules.ts";'],
  ])("allow a file at %s: %s", (path, text) => {
    expect(findBreaches([{ path, text }])).toEqual([]);
  });

  it("keep what is slow to load out of the command, also when it loads a command later", () => {
    const loaded = loadedBy("src/cli/main.ts", real);
    expect(HEAVY.flatMap((name) => (loaded.has(name) ? [`${name}, loaded by ${loaded.get(name)}`] : []))).toEqual([]);
  });

  it("would see a slow package behind a file that a command loads later", () => {
    const planted = [
      { path: "src/cli/main.ts", text: 'const later = () => import("./planted.ts");' },
      { path: "src/cli/planted.ts", text: 'import { z } from "zod";' },
    ];
    expect(loadedBy("src/cli/main.ts", planted).has("zod")).toBe(true);
  });
});

describe("imports", () => {
  it("name files with their extension and lead to one that is there", () => {
    const paths = new Set(real.map((file) => file.path));
    const lost = real.flatMap(importsOf).filter(({ specifier, to }) => specifier.startsWith(".") && !paths.has(to) && to.endsWith(".ts"));
    const bare = real.flatMap(importsOf).filter(({ specifier }) => specifier.startsWith(".") && !/\.(?:ts|cjs|json)$/.test(specifier));
    expect([...lost, ...bare].map(({ from, specifier }) => `${from}: ${specifier}`)).toEqual([]);
  });
});
