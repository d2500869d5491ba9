import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { rootCertificates } from "node:tls";
import { expect, it } from "vitest";
import { createAuthority } from "../../../../src/certs/authority.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { RunUpstream } from "../../../../src/daemon/proxy/run-upstream.ts";
import type { DialSettings } from "../../../../src/proxy/ports.ts";

const base: DialSettings = { allow: [], resolve: [], proxy: null, roots: undefined };
const [own, corporate] = [createAuthority(Date.now()).certificatePem, createAuthority(Date.now()).certificatePem];
const proxy = { url: new Secret("http://corp.test:1/"), source: "HTTPS_PROXY", noProxy: [] };
const warned: unknown[] = [];
const upstream = new RunUpstream({ warn: (event) => void warned.push(event) });

function file(content: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "kw-roots-")), "roots.pem");
  writeFileSync(path, content);
  return path;
}

it("a run without a network has the settings as they are", () => expect(upstream.settingsFor(null, base, own)).toBe(base));

it("a setting goes before the run's proxy", () => {
  expect(upstream.settingsFor({ proxy, caFiles: [] }, base, own)).toMatchObject({ proxy, roots: undefined });
  const set = { ...proxy, source: "upstream.proxy" };
  expect(upstream.settingsFor({ proxy, caFiles: [] }, { ...base, proxy: set }, own).proxy).toBe(set);
});

it("private roots come on top of those there are; public ones, keyward's own CA and broken ones are no addition", () => {
  const broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
  const path = file([rootCertificates[0], own, broken, corporate, corporate].join("\n"));
  const { roots } = upstream.settingsFor({ proxy: null, caFiles: [path] }, base, own);
  expect(roots).toHaveLength(rootCertificates.length + 1);
  expect(roots?.at(-1)?.trim()).toBe(corporate.trim());
  const withFile = upstream.settingsFor({ proxy: null, caFiles: [path] }, { ...base, roots: ["a", "b"] }, own);
  expect(withFile.roots).toHaveLength(3);
});

it("the files of a directory count, what else lies there does not", () => {
  const path = file(corporate);
  const directory = dirname(path);
  mkdirSync(join(directory, "more"));
  symlinkSync("nowhere", join(directory, "dangling.0"));
  writeFileSync(join(directory, "large.pem"), `${own}${" ".repeat(5 * 1024 * 1024)}`);
  const { roots } = upstream.settingsFor(
    { proxy: null, caFiles: [directory] },
    { ...base, roots: [] },
    createAuthority(Date.now()).certificatePem,
  );
  expect([roots ?? []].flat().map((pem) => pem.trim())).toEqual([corporate.trim()]);
});

it("is the same object until the settings change, so that connections share their TLS context", () => {
  const network = { proxy: null, caFiles: [file(corporate)] };
  const first = upstream.settingsFor(network, base, own);
  expect(upstream.settingsFor(network, base, own)).toBe(first);
  const later = upstream.settingsFor(network, { ...base, allow: ["10.0.0.0/8"] }, own);
  expect(later).toMatchObject({ allow: ["10.0.0.0/8"], roots: first.roots });
});

it("a file that is gone adds nothing and is logged without its path", () => {
  expect(upstream.settingsFor({ proxy: null, caFiles: ["/nowhere/roots.pem"] }, base, own).roots).toBeUndefined();
  expect(warned).toEqual(["a run's CA file cannot be read"]);
});
