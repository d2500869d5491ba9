import { execFileSync, spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readPkcs12 } from "../../../../src/child/java/pkcs12.ts";
import { makePkcs12, pem } from "../../../support/child/pkcs12.ts";

const certificates = [pem("EC"), pem("RSA")];
const fingerprints = (pems: readonly string[] | null): string[] =>
  (pems ?? []).map((text) => new X509Certificate(text).fingerprint256).sort();

describe("the certificates of a PKCS#12 store", () => {
  it("are read with the password, those with an EC key included", () => {
    expect(fingerprints(readPkcs12(makePkcs12(certificates, "pass word"), "pass word"))).toEqual(fingerprints(certificates));
  });

  it("are none without it, nor in anything else", () => {
    const store = makePkcs12(certificates, "right");
    for (const password of ["", "wrong"]) expect(readPkcs12(store, password)).toBeNull();
    for (const bytes of [Buffer.from("0"), Buffer.alloc(0), store.subarray(0, 80), Buffer.from(certificates.join(""))])
      expect(readPkcs12(bytes, "right")).toBeNull();
  });

  it.skipIf(spawnSync("keytool", ["-help"]).status !== 0)("are read from what keytool writes", () => {
    const directory = mkdtempSync(join(tmpdir(), "keyward-keytool-"));
    certificates.forEach((text, at) => {
      writeFileSync(join(directory, `${at}.pem`), text);
      const args = ["-importcert", "-noprompt", "-alias", `a${at}`, "-file", `${at}.pem`, "-keystore", "own.p12"];
      execFileSync("keytool", [...args, "-storetype", "PKCS12", "-storepass", "changeit"], { cwd: directory, stdio: "pipe" });
    });
    expect(fingerprints(readPkcs12(readFileSync(join(directory, "own.p12")), "changeit"))).toEqual(fingerprints(certificates));
  });
});
