import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bundledProvidersDirectory, type Catalogue, loadProviders } from "../../../src/providers/catalogue.ts";
import { sampleDefinition } from "../../support/sample-provider.ts";

let root: string;
let bundledDirectory: string;
let customDirectory: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "keyward-catalogue-"));
  bundledDirectory = join(root, "bundled");
  customDirectory = join(root, "custom");
  mkdirSync(bundledDirectory);
  mkdirSync(customDirectory);
  write(bundledDirectory, "acme.json", {});
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(directory: string, name: string, changes: object | string): string {
  const path = join(directory, name);
  writeFileSync(path, typeof changes === "string" ? changes : JSON.stringify(sampleDefinition({ ...changes }), null, 2));
  return path;
}

function load(): Catalogue {
  return loadProviders({ bundledDirectory, customDirectory });
}

describe("loadProviders", () => {
  it("lists bundled and custom definitions by id", () => {
    write(customDirectory, "zeta.json", { id: "zeta" });
    write(customDirectory, "alpha.json", { id: "alpha" });
    const catalogue = load();
    expect(catalogue.list().map(({ id }) => id)).toEqual(["acme", "alpha", "zeta"]);
    expect(catalogue.get("zeta")?.name).toBe("Acme");
    expect(catalogue.get("nothing")).toBeNull();
    expect([catalogue.isCustom("zeta"), catalogue.isCustom("acme"), catalogue.isCustom("nothing")]).toEqual([true, false, false]);
    expect(catalogue.broken).toEqual([]);
  });

  it("is content without a custom directory", () => {
    rmSync(customDirectory, { recursive: true });
    expect(load().list()).toHaveLength(1);
    expect(load().broken).toEqual([]);
  });

  it("names every broken custom file and loads the others", () => {
    write(customDirectory, "good.json", { id: "good" });
    write(customDirectory, "syntax.json", "{\n  nonsense");
    write(customDirectory, "empty.json", "");
    write(customDirectory, "schema-error.json", { id: "schema-error", extra: true });
    write(customDirectory, "lint-error.json", { id: "lint-error", endpoints: [{ host: "*.com" }] });
    writeFileSync(join(customDirectory, "latin.json"), Buffer.from([0x7b, 0xe9, 0x7d]));
    write(customDirectory, "huge.json", " ".repeat(300 * 1024));
    mkdirSync(join(customDirectory, "folder.json"));
    symlinkSync(join(root, "gone"), join(customDirectory, "dangling.json"));
    const catalogue = load();
    expect(catalogue.list().map(({ id }) => id)).toEqual(["acme", "good"]);
    const names = catalogue.broken.map(({ path }) => path.slice(customDirectory.length + 1)).sort();
    expect(names).toEqual(
      ["dangling", "empty", "folder", "huge", "latin", "lint-error", "schema-error", "syntax"].map((name) => `${name}.json`),
    );
    for (const { path, problems } of catalogue.broken) {
      expect(problems.length).toBeGreaterThan(0);
      for (const problem of problems) expect(problem.startsWith(`${path}:`)).toBe(true);
    }
  });

  it("does not wait for a pipe that nobody writes to", () => {
    execFileSync("mkfifo", [join(customDirectory, "pipe.json")]);
    expect(load().broken.map(({ problems }) => problems[0])).toEqual([`${join(customDirectory, "pipe.json")}: is not a file`]);
  });

  it.skipIf(process.getuid?.() === 0)("names what it may not read", () => {
    chmodSync(write(customDirectory, "closed.json", { id: "closed" }), 0);
    expect(load().broken.map(({ problems }) => problems[0])).toEqual([expect.stringMatching(/cannot be read \(EACCES\)/)]);
    chmodSync(customDirectory, 0);
    expect(load().broken.map(({ problems }) => problems[0])).toEqual([expect.stringMatching(/cannot be read \(EACCES\)/)]);
    chmodSync(customDirectory, 0o700);
  });

  it("says so when the bundled directory is gone", () => {
    rmSync(bundledDirectory, { recursive: true });
    expect(load().broken.map(({ path }) => path)).toEqual([bundledDirectory]);
    expect(load().list()).toEqual([]);
  });

  it("ignores what is no definition: other names, hidden files, the JSON Schema", () => {
    for (const name of ["README.md", ".hidden.json", "acme.json~", "schema.json"]) write(customDirectory, name, "not JSON");
    expect(load().broken).toEqual([]);
  });

  it("wants a file to be named like its id", () => {
    write(customDirectory, "other.json", { id: "mine" });
    const catalogue = load();
    expect(catalogue.get("mine")).toBeNull();
    expect(catalogue.broken[0]?.problems[0]).toMatch(/the file must be named mine\.json/);
  });

  it("keeps the bundled definition before a custom one of its id, and says how to change that", () => {
    const path = write(customDirectory, "acme.json", { name: "Mine" });
    const catalogue = load();
    expect(catalogue.get("acme")?.name).toBe("Acme");
    expect(catalogue.isCustom("acme")).toBe(false);
    expect(catalogue.broken).toEqual([{ path, problems: [expect.stringMatching(/keyward has a definition of 'acme' already.*--force/)] }]);
  });

  it("lets a custom definition that says so go before the bundled one", () => {
    write(customDirectory, "acme.json", { name: "Mine", shadowsBundled: true });
    const catalogue = load();
    expect(catalogue.get("acme")?.name).toBe("Mine");
    expect(catalogue.isCustom("acme")).toBe(true);
    expect(catalogue.list()).toHaveLength(1);
    expect(catalogue.broken).toEqual([]);
  });
});

describe("bundledProvidersDirectory", () => {
  it("is the package's own", () => {
    expect(existsSync(join(bundledProvidersDirectory(), "openai.json"))).toBe(true);
  });
});
