// What no tracked file may hold: a registry's host, a path of somebody's machine, text that looks like a real key, unfinished work.
// The patterns are put together here, so that this file does not hold what it looks for.
import { lstatSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { projectFiles, projectPaths, readIfThere, ROOT } from "../../support/source-files.ts";

const isText = (path: string): boolean => !/\.(?:db|png|ico|gz|der|p12|jks|bin)$/.test(path);
const files = projectFiles(isText);

function filesMatching(pattern: RegExp): string[] {
  return files.flatMap(({ path, text }) => {
    const at = text.search(pattern);
    return at < 0 ? [] : [`${path}:${text.slice(0, at).split("\n").length}`];
  });
}

const join = (...parts: string[]): string => parts.join("");

const KEY_SHAPES: readonly [string, RegExp][] = [
  ["OpenAI and its likes", new RegExp(join("\\bs", "k-(?:[a-z]+-)?[A-Za-z0-9]{20,}"))],
  ["GitHub", new RegExp(join("\\bg", "h[pousr]_[A-Za-z0-9]{36}"))],
  ["GitHub fine-grained", new RegExp(join("github_", "pat_[A-Za-z0-9_]{40,}"))],
  ["GitLab", new RegExp(join("gl", "pat-[A-Za-z0-9_-]{20}"))],
  ["Slack", new RegExp(join("xo", "x[abprs]-\\d{8,}"))],
  ["AWS", new RegExp(join("\\bAK", "IA[0-9A-Z]{16}\\b"))],
  ["Google", new RegExp(join("AI", "za[0-9A-Za-z_-]{35}"))],
  ["Stripe", new RegExp(join("[rs]k_", "(?:live|test)_[0-9A-Za-z]{20,}"))],
  ["SendGrid", new RegExp(join("SG", "\\.[\\w-]{22}\\.[\\w-]{43}"))],
  ["a private key", new RegExp(join("BEGIN [A-Z ]*PRIV", "ATE KEY-----(?:\\\\n|\\s)+[A-Za-z0-9+/]{30}"))],
];

describe("tracked files", () => {
  it("are there to be looked at", () => {
    expect(files.length).toBeGreaterThan(40);
  });

  it("name no package registry", () => {
    expect(filesMatching(new RegExp(join("(?:np", "mjs|yarn", "pkg|deb", "ian)[.](?:org|com)")))).toEqual([]);
  });

  it("hold a lock file without addresses", () => {
    expect(readIfThere("package-lock.json")).not.toMatch(/"resolved"\s*:/);
  });

  it("name no path of one machine", () => {
    expect(filesMatching(new RegExp(join("(?:^|[^A-Za-z0-9_.])/(?:wo", "rk|fa", "rm|ro", "ot)/"), "m"))).toEqual([]);
  });

  it.each(KEY_SHAPES)("hold nothing that looks like a key of %s", (_name, shape) => {
    expect(filesMatching(shape)).toEqual([]);
  });

  it("leave no note of work left undone", () => {
    const left = new RegExp(join("\\b(?:TO", "DO|FIX", "ME|XX", "X|HA", "CK)\\b"));
    expect(filesMatching(left).filter((at) => /^(?:src|test|scripts|docs)\//.test(at))).toEqual([]);
  });

  it("are files and no links: one in place of a directory that git does not keep makes it go", () => {
    expect(projectPaths().filter((path) => lstatSync(`${ROOT}/${path}`, { throwIfNoEntry: false })?.isSymbolicLink())).toEqual([]);
  });

  it("refer to no document that is not among them", () => {
    expect(filesMatching(new RegExp(join("\\b(?:design (?:D|§)\\d|contr", "act E\\d|security br", "ief)")))).toEqual([]);
  });

  it("hold no certificate or key file", () => {
    expect(projectPaths((path) => /\.(?:pem|key|crt|p12|pfx|jks)$/.test(path))).toEqual([]);
  });

  it("recognise a key when there is one", () => {
    const made = join("s", "k-", "a1".repeat(24));
    expect(KEY_SHAPES.some(([, shape]) => shape.test(`const key = "${made}";`))).toBe(true);
  });
});
