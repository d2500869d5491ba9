import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { certificatesIn, readCertificateDirectory } from "../../../../src/child/inherited/certificate-directory.ts";

const block = (name: string): string => `-----BEGIN CERTIFICATE-----\n${Buffer.from(name).toString("base64")}\n-----END CERTIFICATE-----`;

describe("a directory of certificates", () => {
  it("gives the certificates of its files and links, in the order of their names, and nothing else of them", () => {
    const path = mkdtempSync(join(tmpdir(), "keyward-certs-"));
    writeFileSync(join(path, "b.pem"), `${block("b")}\n-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n${block("c")}`);
    symlinkSync("b.pem", join(path, "a1b2c3d4.0"));
    symlinkSync("nowhere", join(path, "dangling.0"));
    mkdirSync(join(path, "more"));
    writeFileSync(join(path, "shut.pem"), "x", { mode: 0o000 });
    expect(readCertificateDirectory(path)?.read()).toEqual([block("b"), block("c"), block("b"), block("c")]);
  });

  it("has another stamp when a file of it changes", () => {
    const path = mkdtempSync(join(tmpdir(), "keyward-certs-"));
    writeFileSync(join(path, "a.pem"), block("a"));
    const before = readCertificateDirectory(path)?.stamp;
    expect(readCertificateDirectory(path)?.stamp).toBe(before);
    writeFileSync(join(path, "a.pem"), block("ab"));
    expect(readCertificateDirectory(path)?.stamp).not.toBe(before);
    chmodSync(path, 0o700);
  });

  it("is none when it is a file or not there", () => {
    const file = join(mkdtempSync(join(tmpdir(), "keyward-certs-")), "file");
    writeFileSync(file, block("a"));
    expect([readCertificateDirectory(file), readCertificateDirectory("/nowhere")]).toEqual([null, null]);
  });
});

it("the certificate blocks of a text are found with any line ends, trusted ones included", () => {
  const text = `\uFEFF${block("a").replaceAll("\n", "\r\n")}\r\n-----BEGIN TRUSTED CERTIFICATE-----\nAA==\n-----END TRUSTED CERTIFICATE-----`;
  expect(certificatesIn(text)).toHaveLength(2);
});
