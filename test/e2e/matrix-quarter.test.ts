// A quarter of the matrix of `npm run e2e`, chosen so that every runtime is in it: the same rows, played with what is installed.
// bun and deno come from npm, so they are played where an earlier `npm run e2e` left them in its cache.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { QUARTER, readClients } from "./matrix/clients.mjs";
import { installClients } from "./matrix/install.mjs";
import { Theatre } from "./matrix/theatre.mjs";

/** More than any client is given. */
const LIMIT_MS = 330_000;
const rows = await readClients(QUARTER);
const installed = installClients(rows, { install: false, say: () => undefined });

it("a quarter is a quarter, and has every runtime", async () => {
  const all = await readClients();
  expect(rows.map(({ id }) => id).sort()).toEqual([...QUARTER].sort());
  expect(rows.length * 4).toBeGreaterThanOrEqual(all.length);
  const commands = rows.map(({ id }) => id).join(" ");
  for (const runtime of ["curl", "wget", "git", "requests", "node", "bun", "deno", "go", "java", "ruby", "php", "perl"])
    expect(commands).toContain(runtime);
});

describe("a row of the quarter", () => {
  const theatre = new Theatre();
  beforeAll(() => theatre.open());
  afterAll(() => theatre.close());

  for (const client of rows) {
    const found = installed.get(client.id) ?? { missing: "unknown" };
    const mayBeAbsent = process.env["CI"] === undefined || client.npm !== undefined;
    if ("missing" in found) console.warn(`skipped, ${client.title}: ${found.missing}`);
    it.skipIf("missing" in found && mayBeAbsent)(client.title, { timeout: LIMIT_MS }, async () => {
      const row = await theatre.perform(client, found);
      expect(row, row.said).toMatchObject({ verdict: "pass", routed: true, trusted: true, injected: true });
    });
  }
});
