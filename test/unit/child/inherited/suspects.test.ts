import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { suspectFiles, suspectVariables } from "../../../../src/child/inherited/suspects.ts";

const nothing = new Set<string>();

describe("variables to ask about", () => {
  it("are those long enough that are not about the user and the system, paths included", () => {
    const [asked = {}] = suspectVariables(
      {
        A: "x".repeat(12),
        URL: "postgres://me:secret-word@db/x",
        SHORT: "x".repeat(7),
        EMPTY: "",
        GONE: undefined,
        PATH: "x".repeat(40),
        USER: "administrator",
        LC_ALL: "en_US.UTF-8-x",
        EDITOR_PATH: "/usr/local/bin/editor",
        GOPATH: "/opt/go:~/go",
        LARGE: "x".repeat(127 * 1024),
      },
      nothing,
    );
    expect(Object.keys(asked)).toEqual(["A", "URL", "EDITOR_PATH", "GOPATH", "LARGE"]);
  });

  it("are not those whose value is settled", () => {
    expect(suspectVariables({ A: "x".repeat(12), B: "x".repeat(12) }, new Set(["A"]))).toEqual([{ B: "x".repeat(12) }]);
  });

  it("are all asked about, in batches that fit into a message", () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`N${at}`, "x".repeat(60 * 1024)]));
    const batches = suspectVariables(many, nothing);
    expect(batches.flatMap((batch) => Object.keys(batch))).toEqual(Object.keys(many));
    for (const batch of batches) expect(JSON.stringify(batch).length).toBeLessThan(1_100_000);
    expect(suspectVariables({}, nothing)).toEqual([]);
  });
});

describe("files to ask about", () => {
  it("are the known ones of the directory, whole", () => {
    const directory = mkdtempSync(join(tmpdir(), "kw-files-"));
    writeFileSync(join(directory, ".env"), "A=1\nB=\u00012");
    writeFileSync(join(directory, ".netrc"), "machine x");
    writeFileSync(join(directory, "other.txt"), "x");
    expect(suspectFiles(directory)).toEqual([
      { name: ".env", text: "A=1\nB= 2" },
      { name: ".netrc", text: "machine x" },
    ]);
  });

  it("are never directories, pipes, or larger than a key file can be", () => {
    const directory = mkdtempSync(join(tmpdir(), "kw-files-"));
    mkdirSync(join(directory, ".env"));
    execFileSync("mkfifo", [join(directory, ".netrc")]);
    writeFileSync(join(directory, "hosts.yml"), "x".repeat(1024 * 1024 + 1));
    expect(suspectFiles(directory)).toEqual([]);
    expect(suspectFiles("/nowhere")).toEqual([]);
  });
});
