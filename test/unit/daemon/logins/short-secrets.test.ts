import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { resolvePaths } from "../../../../src/config/paths.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { noteShortSecrets } from "../../../../src/daemon/logins/short-secrets.ts";
import type { Provider } from "../../../../src/providers/schema.ts";

const provider = {
  id: "acme",
  fields: [
    { name: "account", secret: false },
    { name: "key", secret: true },
    { name: "second", secret: true },
  ],
} as unknown as Provider;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "kw-short-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function note(length: number, { name = "default", scrub }: { name?: string; scrub?: string[] } = {}): string | null {
  const paths = resolvePaths({ KEYWARD_HOME: root });
  if (scrub !== undefined) writeFileSync(paths.config, JSON.stringify({ scrub }), { mode: 0o600 });
  const fields = { account: new Secret("a"), key: new Secret("k".repeat(length)) };
  return noteShortSecrets({ provider, name }, fields, { paths, log: { warn: () => undefined } });
}

it("says nothing of a secret that is looked for, nor of what is none", () => {
  expect(note(16)).toBeNull();
});

it("says in one line what to do about a shorter one", () => {
  expect(note(15)).toBe(
    "a secret shorter than 16 characters is not looked for in answers unless asked for: keyward config set scrub acme=mask",
  );
  expect(note(8, { name: "work" })).toMatch(/scrub acme\/work=mask$/);
});

it("keeps what is set for others, and is quiet where it was decided", () => {
  expect(note(12, { scrub: ["other=block"] })).toMatch(/config set scrub other=block,acme=mask$/);
  for (const scrub of [["acme=mask"], ["=block"], ["acme/default=off"]]) expect(note(12, { scrub })).toBeNull();
});

it("says so when nothing could be done", () => {
  for (const scrub of [undefined, ["=mask"]])
    expect(note(7, scrub === undefined ? {} : { scrub })).toMatch(/^a secret shorter than 8 characters cannot/);
  expect(note(7, { scrub: ["acme=off"] })).toBeNull();
});
