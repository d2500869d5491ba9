import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readUpstream } from "../../../../src/hub/upstream/read-upstream.ts";

const directory = mkdtempSync(join(tmpdir(), "keyward-upstream-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const flags = { oidcIssuer: "https://id.example.com/realms/a", oidcClientId: "hub" };
const none = { value: undefined, file: undefined };

it("is null without options, and takes a public client, a variable's or a file's secret", () => {
  const file = join(directory, "secret");
  writeFileSync(file, "from-file\n");
  expect(readUpstream({}, none)).toBeNull();
  expect(readUpstream(flags, none)).toEqual({ issuer: flags.oidcIssuer, clientId: "hub", clientSecret: null });
  expect(readUpstream(flags, { value: " v ", file: undefined })?.clientSecret).toBe("v");
  expect(readUpstream(flags, { value: undefined, file })?.clientSecret).toBe("from-file");
});

it.each([
  [{ oidcIssuer: flags.oidcIssuer }, none, "by half"],
  [{ oidcClientId: "hub" }, none, "by half"],
  [{ ...flags, oidcIssuer: "http://id.example.com" }, none, "not an https address"],
  [{ ...flags, oidcIssuer: "https://id.example.com/?a=1" }, none, "not an https address"],
  [{ ...flags, oidcIssuer: "nonsense" }, none, "not an https address"],
  [flags, { value: "canary", file: "/x" }, "given twice"],
  [flags, { value: undefined, file: "/nowhere/at/all" }, "cannot be read (ENOENT)"],
])("refuses %o with %o", (given, secret, words) => {
  const act = (): unknown => readUpstream(given, secret);
  expect(act).toThrow(expect.objectContaining({ code: "HUB_UNUSABLE", message: expect.stringContaining(words) }));
  expect(act).not.toThrow("canary");
});
