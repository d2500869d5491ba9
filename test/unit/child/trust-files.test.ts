import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { writeTrustFile, type TrustFileOptions } from "../../../src/child/trust-files.ts";

const wgetrc = { name: "wgetrc", lines: ["ca_certificate = {bundle}"], extends: { variable: "WGETRC", home: ".wgetrc" } };

let home: string;
let options: TrustFileOptions;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "keyward-files-"));
  options = { inherited: {}, stateDirectory: join(home, "state"), homeDirectory: home, valueOf: () => "/the/bundle" };
});

describe("writeTrustFile", () => {
  it("writes the lines with their placeholders filled into a private file of its own directory", () => {
    const path = writeTrustFile("wgetrc", wgetrc, options);
    expect(basename(path)).toBe("wgetrc");
    expect(readFileSync(path, "utf8")).toBe("ca_certificate = /the/bundle\n");
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("keeps the user's own lines in front, from the home directory or the file a variable names", () => {
    writeFileSync(join(home, ".wgetrc"), "tries = 3");
    expect(readFileSync(writeTrustFile("wgetrc", wgetrc, options), "utf8")).toBe("tries = 3\nca_certificate = /the/bundle\n");
    writeFileSync(join(home, "named"), "timeout = 9\n");
    const named = { ...options, inherited: { WGETRC: join(home, "named") } };
    expect(readFileSync(writeTrustFile("wgetrc", wgetrc, named), "utf8")).toBe("timeout = 9\nca_certificate = /the/bundle\n");
  });

  it("follows a change of the user's file without leaving the old copy behind", () => {
    writeFileSync(join(home, ".wgetrc"), "tries = 3\n");
    const path = writeTrustFile("wgetrc", wgetrc, options);
    writeFileSync(join(home, ".wgetrc"), "tries = 4\n");
    expect(writeTrustFile("wgetrc", wgetrc, options)).toBe(path);
    expect(readFileSync(path, "utf8")).toContain("tries = 4");
    expect(readdirSync(options.stateDirectory)).toHaveLength(1);
  });

  it("takes its own copy as it is when one run starts another", () => {
    const path = writeTrustFile("wgetrc", wgetrc, options);
    expect(writeTrustFile("wgetrc", wgetrc, { ...options, inherited: { WGETRC: path } })).toBe(path);
  });
});
