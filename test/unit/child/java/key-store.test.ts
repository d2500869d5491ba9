import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createAuthority } from "../../../../src/certs/authority.ts";
import { readKeyStore, STORE_PASSWORD, writeKeyStore } from "../../../../src/child/java/key-store.ts";
import { describeWithClients } from "../../../support/clients.ts";

const certificates = [createAuthority(Date.now()), createAuthority(Date.now())].map(({ certificatePem }) => certificatePem);
const bare = (pem: string): string => pem.replace(/\s/g, "");

describe("a JKS trust store", () => {
  it("is read back as it was written", () => {
    expect(readKeyStore(writeKeyStore(certificates))?.map(bare)).toEqual(certificates.map(bare));
    expect(readKeyStore(writeKeyStore([]))).toEqual([]);
  });

  it("leaves out what OpenSSL appends to a TRUSTED CERTIFICATE", () => {
    const [plain = ""] = certificates;
    const der = Buffer.from(plain.replace(/-----[^-]+-----|\s/g, ""), "base64");
    const trusted = `-----BEGIN TRUSTED CERTIFICATE-----\n${Buffer.concat([der, Buffer.from("3000", "hex")]).toString("base64")}\n-----END TRUSTED CERTIFICATE-----`;
    expect(readKeyStore(writeKeyStore([trusted]))?.map(bare)).toEqual([bare(plain)]);
  });

  it.each([
    ["nothing", Buffer.alloc(0)],
    ["a PEM file", Buffer.from(certificates[0] ?? "")],
    ["a PKCS#12 file", Buffer.from("3082010a0201033082", "hex")],
    ["a store cut short", writeKeyStore(certificates).subarray(0, 300)],
    ["a store that counts too many", Buffer.concat([Buffer.from("feedfeed00000002ffffffff", "hex"), Buffer.alloc(40)])],
  ])("%s is none", (_what, bytes) => expect(readKeyStore(bytes)).toBeNull());
});

describeWithClients(["java"], "keytool", () => {
  it("accepts the store and its password", () => {
    const path = join(mkdtempSync(join(tmpdir(), "keyward-jks-")), "x.jks");
    writeFileSync(path, writeKeyStore(certificates));
    const listed = spawnSync("sh", ["-c", `exec keytool -list -keystore "$0" -storepass ${STORE_PASSWORD}`, path], { encoding: "utf8" });
    expect(listed.stdout).toContain("2 entries");
    expect(listed.status).toBe(0);
  });
});
