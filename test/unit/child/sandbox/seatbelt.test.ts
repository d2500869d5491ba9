import { expect, it } from "vitest";
import { seatbeltProfile } from "../../../../src/child/sandbox/seatbelt.ts";

const options = {
  project: "/Users/ann/app",
  rules: ["/Users/ann/app/web/keyward.json", "/Users/ann/app/keyward.json"],
  homes: ["/Users/ann"],
  keywardHome: "/Users/ann/Library/Application Support/keyward",
  publicDirectory: "/Users/ann/Library/Application Support/keyward/state/public",
  secretFiles: ["/tmp/agent"],
  temporaryDirectory: "/private/var/folders/x",
  binds: [{ path: '/data "a"\\b', readOnly: false }],
  proxyPort: 4711,
};
const lines = seatbeltProfile(options).split("\n");

it("forbids the network but for the proxy", () => {
  expect(lines).toContain("(deny network*)");
  expect(lines.filter((line) => line.includes("network-outbound"))).toEqual(['(allow network-outbound (remote ip "localhost:4711"))']);
});

it("forbids writing but in the project, and reading keyward's home but for the public part, in this order", () => {
  const at = (text: string): number => lines.findIndex((line) => line.startsWith(text));
  expect(at("(deny file-write*)")).toBeLessThan(at('(allow file-write* (subpath "/Users/ann/app")'));
  const home = at('(deny file-read* file-write* (subpath "/Users/ann/Library/Application Support/keyward"))');
  expect(home).toBeGreaterThan(at("(allow file-read* (subpath"));
  expect(at('(allow file-read* (subpath "/Users/ann/Library/Application Support/keyward/state/public"))')).toBeGreaterThan(home);
});

it("hides credentials and signals only its own", () => {
  expect(lines.some((line) => line.startsWith("(deny file-read*") && line.includes("/Users/ann/.ssh") && line.includes("/tmp/agent"))).toBe(
    true,
  );
  expect(lines).toContain("(deny signal)");
});

it("quotes paths", () => {
  expect(lines.some((line) => line.includes('(subpath "/data \\"a\\"\\\\b")'))).toBe(true);
});

it("keeps git's directory where it is, after everything that allows writing", () => {
  const at = lines.indexOf('(deny file-write-unlink (literal "/Users/ann/app/.git"))');
  expect(at).toBeGreaterThan(lines.findIndex((line) => line.startsWith("(allow file-write*")));
});

it("is a list of closed forms whose operations and filters sandbox-exec knows", () => {
  const OPERATIONS =
    /^(?:default|network\*|network-outbound|network-bind|signal|process-info\*|mach-lookup|file-(?:read|write)\*|file-write-unlink)$/;
  const FILTERS = /^(?:remote|local|target|global-name|subpath|literal|regex)$/;
  for (const line of lines.filter((text) => text !== "")) {
    // What is quoted may hold anything.
    const plain = line.replace(/#?"(?:\\.|[^"\\])*"/g, "TEXT");
    expect(plain).toMatch(/^[()\w\s.*-]+$/);
    let depth = 0;
    for (const letter of plain) {
      depth += letter === "(" ? 1 : letter === ")" ? -1 : 0;
      expect(depth).toBeGreaterThanOrEqual(0);
    }
    expect([line, depth]).toEqual([line, 0]);
    const [verb = "", ...operations] = (/^\(([^()]+)/.exec(plain)?.[1] ?? "").trim().split(/\s+/);
    expect(verb).toMatch(/^(?:version|allow|deny)$/);
    if (verb !== "version") for (const operation of operations) expect(operation).toMatch(OPERATIONS);
    for (const [, filter = ""] of plain.slice(1).matchAll(/\(([\w-]+)/g)) expect(filter).toMatch(FILTERS);
  }
});

it("keeps the project's rules as they are, wherever they lie", () => {
  const last = lines.findLast((line) => line.includes("keyward.json"));
  expect(last).toMatch(
    /^\(deny file-write\* \(subpath "\/Users\/ann\/app\/web\/keyward.json"\) \(subpath "\/Users\/ann\/app\/keyward.json"\)/,
  );
});
