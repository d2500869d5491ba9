import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { HubOptions } from "../../../src/hub/hub-options.ts";
import { checkExposure, createHubServer, drain, listen, readCertificate } from "../../../src/hub/listen.ts";

const base: HubOptions = {
  dataDir: "/nowhere",
  databaseUrl: undefined,
  ownerUrl: undefined,
  rootKey: {},
  host: "127.0.0.1",
  port: 0,
  tls: null,
  publicUrl: undefined,
};

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "keyward-listen-"));
  for (const name of ["one", "other"]) {
    const files = ["-keyout", join(directory, `${name}.key`), "-out", join(directory, `${name}.pem`)];
    const shape = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost"];
    execFileSync("openssl", ["req", ...shape, ...files], { stdio: "ignore" });
  }
  writeFileSync(join(directory, "words"), "no certificate");
});
afterAll(() => rmSync(directory, { recursive: true }));
const file = (name: string): string => join(directory, name);

it.each([
  ["on loopback", {}],
  ["on loopback by its IPv6 address", { host: "::1" }],
  ["behind what ends TLS", { host: "0.0.0.0", publicUrl: "https://hub.example.com" }],
  ["with a certificate", { host: "::", tls: { certFile: "c", keyFile: "k" } }],
  ["where it was asked for", { host: "0.0.0.0", publicUrl: "http://hub.internal", isInsecureAllowed: true }],
])("lets a hub listen %s", (_where, options) => {
  expect(() => checkExposure({ ...base, ...options })).not.toThrow();
});

it.each([
  ["every address", { host: "0.0.0.0" }, "--insecure-http"],
  ["every address of both kinds", { host: "::" }, "--insecure-http"],
  ["a name that is not this machine", { host: "hub.internal" }, "--insecure-http"],
  ["an address of plain http for browsers", { publicUrl: "http://hub.example.com" }, "https://hub.example.com"],
  ["an address with a path", { publicUrl: "https://hub.example.com/hub" }, "origin"],
])("refuses plain http on %s", (_where, options, hint) => {
  expect(() => checkExposure({ ...base, ...options })).toThrow(
    expect.objectContaining({ code: "HUB_INSECURE", hint: expect.stringContaining(hint) as string }),
  );
});

it("reads a certificate with its key, and refuses what is missing, is none, or does not belong together", () => {
  expect(readCertificate(null)).toBeNull();
  expect(readCertificate({ certFile: file("one.pem"), keyFile: file("one.key") })?.cert.toString()).toContain("BEGIN CERTIFICATE");
  for (const [certFile, keyFile] of [
    ["missing.pem", "one.key"],
    ["words", "one.key"],
    ["one.pem", "words"],
    ["one.pem", "other.key"],
  ] as const) {
    const read = () => readCertificate({ certFile: file(certFile), keyFile: file(keyFile) });
    expect(read).toThrow(expect.objectContaining({ code: "HUB_UNUSABLE", hint: "check --tls-cert and --tls-key" }));
  }
});

it("ends once what is under way is answered, without waiting for connections that clients keep", async () => {
  const answers: (() => void)[] = [];
  const server = createHubServer(null, (_request, response) => answers.push(() => response.end("done")));
  // Longer than drain waits for anything: after ten seconds it cuts off what is left.
  server.keepAliveTimeout = 120_000;
  const { port } = await listen(server, base);
  const asked = fetch(`http://127.0.0.1:${port}/`);
  await expect.poll(() => answers.length).toBe(1);
  let isOver = false;
  const over = drain(server).then(() => (isOver = true));
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
  expect(isOver).toBe(false);
  const startedMs = Date.now();
  answers[0]?.();
  expect(await (await asked).text()).toBe("done");
  await over;
  expect(Date.now() - startedMs).toBeLessThan(8_000);
});
