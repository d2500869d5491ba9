// The habits that a grep can hold: where secrets may be opened, who reads the environment, how files open, how large things get.
import { describe, expect, it } from "vitest";
import { folderOf, projectFiles, sourceFiles } from "../../support/source-files.ts";

const MAX_FILE_LINES = 300;
const MAX_TEST_LINES = 500;
const MAX_FOLDER_FILES = 12;
/** Folders that are over it, and by how much they may be: less is fine, more is not. */
const CROWDED: Readonly<Record<string, number>> = { "src/core": 14 };

const sources = sourceFiles();

/** `path:line` of every line that matches, comments left out. */
function linesMatching(pattern: RegExp, files = sources): string[] {
  return files.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, at) => (pattern.test(line) && !/^\s*(?:\/\/|\*|\/\*)/.test(line) ? [`${path}:${at + 1}`] : [])),
  );
}

function outside(places: readonly RegExp[], found: readonly string[]): string[] {
  return found.filter((at) => !places.some((place) => place.test(at)));
}

describe("secrets", () => {
  it("are opened only where they are written to their destination", () => {
    // To find a secret in an answer it must be known. What other tools keep is written to a pipe, or stored; a backend hands its token to its server. The last are the private key of the certificate authority, which signs there, and a parent proxy's password, sent to that proxy.
    const places = [
      /^src\/proxy\/inject\//,
      /^src\/proxy\/scrub\/find\/key-forms\.ts/,
      /^src\/oauth\//,
      /^src\/store\//,
      /^src\/discover\/release\//,
      /^src\/daemon\/methods\/connection[^/]*\.ts/,
      /^src\/certs\/authority\.ts/,
      /^src\/backends\//,
      /^src\/connections\/judge-secret\.ts/,
      /^src\/daemon\/methods\/vault\/vault-reveal\.ts/,
      /^src\/proxy\/upstream\/parent\/parent-proxy\.ts/,
    ];
    expect(outside(places, linesMatching(/\.reveal\(/))).toEqual([]);
  });

  it("are opened by the two files of the daemon that reveal, and no other", () => {
    const files = new Set(linesMatching(/\.reveal\(/).flatMap((at) => (at.startsWith("src/daemon/") ? [at.split(":")[0]] : [])));
    expect(files.size).toBeLessThanOrEqual(2);
  });
});

describe("the environment", () => {
  it("is read by src/config alone", () => {
    expect(outside([/^src\/config\//], linesMatching(/\bprocess\.env\b/))).toEqual([]);
  });
});

describe("output", () => {
  it("is never written with console", () => {
    expect(linesMatching(/\bconsole\.\w+\(/)).toEqual([]);
  });
});

describe("source files", () => {
  it("open with up to five lines that say what they are for; longer files with two at least", () => {
    const wrong = sources.filter(({ text }) => {
      const lines = text.replace(/^#!.*\n/, "").split("\n");
      const opening = lines.findIndex((line) => !line.startsWith("// "));
      return opening < (lines.length > 100 ? 2 : 1) || opening > 5;
    });
    expect(wrong.map((file) => file.path)).toEqual([]);
  });

  it(`have at most ${MAX_FILE_LINES} lines`, () => {
    const scripts = projectFiles((path) => /^scripts\/.*\.m?js$/.test(path) || /^src\/.*\.cjs$/.test(path));
    expect(
      [...sources, ...scripts].filter(({ text }) => text.trimEnd().split("\n").length > MAX_FILE_LINES).map((file) => file.path),
    ).toEqual([]);
  });

  it("sit at most a dozen to a folder", () => {
    const counts = new Map<string, number>();
    for (const { path } of sources) counts.set(path.replace(/\/[^/]+$/, ""), (counts.get(path.replace(/\/[^/]+$/, "")) ?? 0) + 1);
    expect([...counts].filter(([folder, count]) => count > (CROWDED[folder] ?? MAX_FOLDER_FILES))).toEqual([]);
  });

  it("are named in kebab-case, without empty words", () => {
    const empty = /(?:^|-)(?:utils?|helpers?|manager|common|service|handler|misc)(?:-|$)/;
    const wrong = sources.filter(({ path }) => {
      const words = path
        .replace(/^src\//, "")
        .replace(/\.ts$/, "")
        .split("/");
      return words.some((word) => !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(word) || empty.test(word));
    });
    expect(wrong.map((file) => file.path)).toEqual([]);
  });

  it("are never barrels that only pass others on", () => {
    expect(
      sources.filter(({ path, text }) => path.endsWith("/index.ts") || /^export \* from/m.test(text)).map((file) => file.path),
    ).toEqual([]);
  });

  it("live in a folder of their own", () => {
    expect(sources.filter(({ path }) => folderOf(path) === "").map((file) => file.path)).toEqual([]);
  });
});

describe("test files", () => {
  const tests = projectFiles((path) => /^test\/.*\.ts$/.test(path));

  it(`have at most ${MAX_TEST_LINES} lines`, () => {
    expect(tests.filter(({ text }) => text.trimEnd().split("\n").length > MAX_TEST_LINES).map((file) => file.path)).toEqual([]);
  });

  it("give no test less time than their project gives to all: a busy machine is no reason to fail", () => {
    const hurried = { integration: /^\s*\}, (?:\d{1,2}|1[01]\d)_000\);$/, e2e: /^\s*\}, (?:\d{1,2}|1[0-7]\d)_000\);$/ };
    const found = Object.entries(hurried).flatMap(([project, pattern]) =>
      linesMatching(
        pattern,
        tests.filter(({ path }) => path.startsWith(`test/${project}/`)),
      ),
    );
    expect(found).toEqual([]);
  });

  it("wait longer than the second that vitest's own waiting gives: expect.poll has the limit of test/vitest.config.ts", () => {
    expect(linesMatching(/\bvi\.wait(?:Until|For)\((?!.*(?:timeout|\d_000)).*\);$/, tests)).toEqual([]);
  });

  it("leave nothing out and nothing alone", () => {
    expect(
      linesMatching(
        /\b(?:it|test|describe)\.(?:skip|only|todo)\b(?!If)/,
        tests.filter(({ path }) => path.endsWith(".test.ts")),
      ),
    ).toEqual([]);
  });
});
