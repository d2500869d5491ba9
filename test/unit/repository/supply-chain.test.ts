// What keyward is made of is what the lock file says, and a package of it is the same wherever it is made.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, utimesSync } from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { packIn, problemsOf } from "../../../scripts/pack/package-file.mjs";
import { makeSbom } from "../../../scripts/sbom.mjs";
import { importsOf, sourceFiles } from "../../support/source-files.ts";

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const read = (name: string): string => readFileSync(join(root, name), "utf8");
const lock = JSON.parse(read("package-lock.json"));
const project = JSON.parse(read("package.json"));

describe("sbom.json", () => {
  it("is what package-lock.json says, byte for byte", () => {
    expect(`${JSON.stringify(makeSbom(lock), null, 1)}\n`).toBe(read("sbom.json"));
  });

  it("names the components that npm itself names, with the digests of the lock file, and none that is only for development", () => {
    const printed = spawnSync("npm", ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only", "--omit", "dev"], {
      cwd: root,
      encoding: "utf8",
    });
    const purls = (sbom: { components: { purl: string }[] }): string[] => [...new Set(sbom.components.map(({ purl }) => purl))].sort();
    const sbom = JSON.parse(read("sbom.json"));
    // npm leaves out what a development dependency needs as well.
    expect(purls(sbom)).toEqual(expect.arrayContaining(purls(JSON.parse(printed.stdout))));
    expect(purls(sbom)).toEqual(
      expect.arrayContaining(
        Object.entries<string>(project.dependencies).map(([name, version]) => `pkg:npm/${name.replace("@", "%40")}@${version}`),
      ),
    );
    for (const { hashes } of sbom.components) expect(hashes?.[0]?.alg).toBe("SHA-512");
    const refs = new Set(sbom.components.map((component: { "bom-ref": string }) => component["bom-ref"]));
    for (const { dependsOn } of sbom.dependencies) for (const ref of dependsOn) expect(refs).toContain(ref);
    expect(purls(sbom).join()).not.toContain("vitest");
  });
});

describe("the dependencies", () => {
  it("are all fixed with a digest", () => {
    for (const [path, entry] of Object.entries<{ integrity?: string; link?: boolean }>(lock.packages)) {
      if (path !== "") expect(entry.integrity, path).toMatch(/^sha512-/);
    }
    for (const version of Object.values({ ...project.dependencies, ...project.optionalDependencies }))
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it("need no install script at run time but the SQLite binding", () => {
    const scripted = Object.entries<{ hasInstallScript?: boolean; dev?: boolean }>(lock.packages)
      .filter(([, { hasInstallScript, dev }]) => hasInstallScript === true && dev !== true)
      .map(([path]) => path.replace("node_modules/", ""));
    expect(scripted.filter((name) => project.allowScripts[name] !== false)).toEqual(["better-sqlite3-multiple-ciphers"]);
  });

  it("hold everything that the program imports", () => {
    const declared = new Set(Object.keys({ ...project.dependencies, ...project.optionalDependencies }));
    const missing = sourceFiles()
      .filter(({ path }) => path.startsWith("src/"))
      .flatMap((file) => importsOf(file))
      .filter(({ kind, specifier }) => kind !== "type" && !specifier.startsWith(".") && !specifier.startsWith("node:"))
      .map(({ from, specifier }) => ({ from, name: specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/") }))
      .filter(({ name }) => !declared.has(name))
      .map(({ from, name }) => `${from} imports ${name}`);
    expect(missing).toEqual([]);
  });
});

describe("the package", () => {
  it("has the same bytes wherever and whenever it is made, and nothing in it that does not belong there", () => {
    const place = realpathSync(mkdtempSync(join(tmpdir(), "kw-pack-test-")));
    onTestFinished(() => rmSync(place, { recursive: true, force: true }), 60_000);
    const digests = [0o022, 0o077].map((mask, at) => {
      const directory = join(place, at === 0 ? "one" : "two/further/down");
      const before = process.umask(mask);
      try {
        for (const name of ["package.json", ...project.files]) cpSync(join(root, name), join(directory, name), { recursive: true });
        utimesSync(join(directory, "README.md"), at * 1_000, at * 1_000);
        chmodSync(join(directory, "LICENSE"), at === 0 ? 0o644 : 0o600);
        const file = packIn(directory);
        expect(problemsOf(file, root)).toEqual([]);
        expect(problemsOf(file, place)).toEqual([]);
        return createHash("sha256").update(readFileSync(file)).digest("hex");
      } finally {
        process.umask(before);
      }
    });
    expect(digests[0]).toBe(digests[1]);
  }, 120_000);
});
