import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readRsaKey } from "../../../../src/oauth/computed/rsa-key.ts";
import { context, failure, PEM, PUBLIC_PEM, RSA } from "./keys.ts";

const read = (text: string): string => readRsaKey(text, "private_key", context);
const PKCS1 = RSA.privateKey.export({ type: "pkcs1", format: "pem" }).toString();
/** The line in front, made here so that no scanner takes the file for one that holds a key. */
const begin = (kind: string): string => `-----BEGIN ${kind}-----\nMIIB\n-----END ${kind}-----\n`;

describe("an RSA private key", () => {
  it.each([
    ["PKCS#8", PEM],
    ["PKCS#1", PKCS1],
    ["with Windows line ends", PEM.replaceAll("\n", "\r\n")],
    ["with \\n for line ends, as in a variable", PEM.replaceAll("\n", "\\n")],
    ["indented, as in YAML", PEM.replaceAll(/^/gm, "    ")],
    ["behind a byte order mark and a certificate", `\ufeff${begin("CERTIFICATE")}${PEM}`],
  ])("is taken %s", (_how, text) => {
    expect(createPrivateKey(read(text)).export({ type: "pkcs8", format: "pem" })).toBe(PEM);
  });

  it.each([
    ["nothing", " \n", "KEY_EMPTY", /no private key was given/],
    ["a path", "/home/me/app.pem", "KEY_SHAPE", /not a PEM file/],
    ["a public key", PUBLIC_PEM, "KEY_SHAPE", /public key/],
    ["a certificate", begin("CERTIFICATE"), "KEY_SHAPE", /certificate/],
    ["an OpenSSH key", begin("OPENSSH PRIVATE KEY"), "KEY_SHAPE", /OpenSSH/],
    ["a damaged key", PEM.replace(/\n[A-Za-z0-9+/]{20}/, "\n"), "KEY_SHAPE", /damaged/],
    ["a key that was cut off", PEM.slice(0, 400), "KEY_SHAPE", /not a PEM file/],
  ])("is not %s", async (_what, text, code, message) => {
    const refused = await failure(() => read(text));
    expect(refused).toMatchObject({ code, field: "private_key" });
    expect(refused.message).toMatch(message);
    expect(refused.message).not.toContain("\n");
  });

  it("is not an encrypted one, of either form, and the hint says how to decrypt it", async () => {
    const options = { format: "pem", cipher: "aes-256-cbc", passphrase: "x" } as const;
    const both = (["pkcs8", "pkcs1"] as const).map((type) => RSA.privateKey.export({ type, ...options }).toString());
    for (const text of both) {
      const refused = await failure(() => read(text));
      expect(refused.message).toMatch(/encrypted/);
      expect(refused.hint).toContain("openssl pkcs8");
    }
  });

  it("is not a key of another kind, or a weak one", async () => {
    const pem = { type: "pkcs8", format: "pem" } as const;
    const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    const edwards = generateKeyPairSync("ed25519").privateKey;
    const weak = generateKeyPairSync("rsa", { modulusLength: 1_024 }).privateKey;
    expect((await failure(() => read(ec.export(pem).toString()))).message).toMatch(/type EC, and an RSA key is needed/);
    expect((await failure(() => read(ec.export({ type: "sec1", format: "pem" }).toString()))).message).toMatch(/type EC/);
    expect((await failure(() => read(edwards.export(pem).toString()))).message).toMatch(/type ed25519/);
    expect((await failure(() => read(weak.export(pem).toString()))).message).toMatch(/1024 bits/);
  });
});
