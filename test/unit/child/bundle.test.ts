import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { rootCertificates } from "node:tls";
import { beforeEach, describe, expect, it } from "vitest";
import { createAuthority } from "../../../src/certs/authority.ts";
import { Bundler } from "../../../src/child/bundle.ts";

const pem = (): string => createAuthority(Date.now()).certificatePem.trim();
const [ca, system, corporate, other] = [pem(), pem(), pem(), pem()];

let directory: string;
let state: string;
let systemRoots: string;
let caCertificatePath: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "keyward-bundle-"));
  state = join(directory, "state");
  mkdirSync(state);
  systemRoots = put("system.crt", `# system\n${system}`);
  caCertificatePath = put("ca.pem", `${ca}\n`);
});

function put(name: string, text: string): string {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
}

function bundler(inherited: Record<string, string> = {}, roots: readonly string[] = [systemRoots]): Bundler {
  return new Bundler({ inherited, stateDirectory: state, caCertificatePath, systemRoots: roots });
}

const certificatesIn = (path: string): string[] => readFileSync(path, "utf8").match(/-----BEGIN[^]+?-----END CERTIFICATE-----/g) ?? [];

describe("a bundle that replaces", () => {
  it("is the system's roots and the CA when the user has none", () => {
    const path = bundler().replacing("SSL_CERT_FILE", []);
    expect(certificatesIn(path)).toEqual([system, ca]);
    expect(basename(path)).toMatch(/^bundle-[0-9a-f]{32}\.pem$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("starts from the user's own file of that variable, each variable from its own", () => {
    const bundles = bundler({ SSL_CERT_FILE: put("corp.pem", corporate), REQUESTS_CA_BUNDLE: put("other.pem", `${other}\r\n`) });
    expect(certificatesIn(bundles.replacing("SSL_CERT_FILE", []))).toEqual([corporate, ca]);
    expect(certificatesIn(bundles.replacing("REQUESTS_CA_BUNDLE", ["CURL_CA_BUNDLE"]))).toEqual([other, ca]);
  });

  it("falls back on the variables a client would have read instead, and on SSL_CERT_FILE", () => {
    const curl = put("curl.pem", other);
    expect(certificatesIn(bundler({ CURL_CA_BUNDLE: curl }).replacing("REQUESTS_CA_BUNDLE", ["CURL_CA_BUNDLE"]))).toEqual([other, ca]);
    expect(certificatesIn(bundler({ SSL_CERT_FILE: curl }).replacing("GIT_SSL_CAINFO", []))).toEqual([other, ca]);
  });

  it("takes the directories of SSL_CERT_DIR along, as OpenSSL does, and a directory where one may stand", () => {
    const certificates = join(directory, "certs");
    mkdirSync(certificates);
    writeFileSync(join(certificates, "0a1b2c3d.0"), corporate);
    writeFileSync(join(certificates, "README"), "no certificate");
    const beside = { SSL_CERT_DIR: `${certificates}:/nowhere` };
    expect(certificatesIn(bundler(beside).replacing("CURL_CA_BUNDLE", []))).toEqual([system, corporate, ca]);
    const own = { ...beside, SSL_CERT_FILE: put("own.pem", other), REQUESTS_CA_BUNDLE: put("more.pem", system) };
    expect(certificatesIn(bundler(own).replacing("SSL_CERT_FILE", []))).toEqual([other, corporate, ca]);
    // One variable's own file is the whole answer for it.
    expect(certificatesIn(bundler(own).replacing("REQUESTS_CA_BUNDLE", []))).toEqual([system, ca]);
    const bundles = bundler({ REQUESTS_CA_BUNDLE: certificates });
    expect(certificatesIn(bundles.replacing("REQUESTS_CA_BUNDLE", []))).toEqual([corporate, ca]);
    bundles.saveIndex();
    writeFileSync(join(certificates, "4e5f6071.0"), other);
    expect(certificatesIn(bundler({ REQUESTS_CA_BUNDLE: certificates }).replacing("REQUESTS_CA_BUNDLE", []))).toEqual([
      corporate,
      other,
      ca,
    ]);
  });

  it("takes certificates only: a private key beside them is not copied", () => {
    const key = ["-----BEGIN", "PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"].join(" ");
    const path = bundler({ SSL_CERT_FILE: put("mixed.pem", `${key}\n${corporate}\n${key}\n`) }).replacing("SSL_CERT_FILE", []);
    expect(readFileSync(path, "utf8")).not.toContain("PRIVATE");
    expect(certificatesIn(path)).toEqual([corporate, ca]);
  });

  it("holds the CA once when the user's file is a bundle of ours already", () => {
    const first = bundler().replacing("SSL_CERT_FILE", []);
    expect(bundler({ SSL_CERT_FILE: first }).replacing("SSL_CERT_FILE", [])).toBe(first);
  });

  it.each([
    ["is missing", () => join(directory, "none.pem"), "does not exist"],
    ["is a directory", () => state, "holds no PEM certificate"],
    ["holds no certificate", () => put("empty.pem", "hello"), "holds no PEM certificate"],
    ["lies below a file", () => join(systemRoots, "x"), "does not exist"],
  ])("uses the system's roots and says so when the user's file %s", (_what, path, problem) => {
    const named = path();
    const bundles = bundler({ SSL_CERT_FILE: named });
    expect(certificatesIn(bundles.replacing("SSL_CERT_FILE", []))).toEqual([system, ca]);
    expect([...bundles.notices]).toEqual([`SSL_CERT_FILE names ${named}, which ${problem}; the system's roots are used instead`]);
  });

  it.skipIf(process.getuid?.() === 0)("says when the user's file may not be read", () => {
    const named = put("locked.pem", corporate);
    chmodSync(named, 0);
    const bundles = bundler({ SSL_CERT_FILE: named });
    bundles.replacing("SSL_CERT_FILE", []);
    expect([...bundles.notices].join()).toContain("cannot be read (EACCES)");
  });

  it("uses Node's roots where the system has none", () => {
    const path = bundler({}, [join(directory, "none")]).replacing("SSL_CERT_FILE", []);
    expect(certificatesIn(path)).toHaveLength(rootCertificates.length + 1);
    expect(readFileSync(path, "utf8").endsWith(`${ca}\n`)).toBe(true);
  });
});

describe("a file that adds", () => {
  it("is the CA's own file when the user adds nothing", () => {
    expect(bundler().adding("NODE_EXTRA_CA_CERTS")).toBe(caCertificatePath);
  });

  it("is the user's certificates and the CA", () => {
    const path = bundler({ NODE_EXTRA_CA_CERTS: put("corp.pem", corporate) }).adding("NODE_EXTRA_CA_CERTS");
    expect(certificatesIn(path)).toEqual([corporate, ca]);
  });

  it("is the CA alone, with a notice, when the user's file cannot be used", () => {
    const bundles = bundler({ NODE_EXTRA_CA_CERTS: "/nowhere/x.pem" });
    expect(bundles.adding("NODE_EXTRA_CA_CERTS")).toBe(caCertificatePath);
    expect([...bundles.notices].join()).toContain("NODE_EXTRA_CA_CERTS names /nowhere/x.pem");
  });
});

describe("the next run", () => {
  it("finds the file of the run before in the index and writes nothing", () => {
    const first = bundler();
    const path = first.replacing("SSL_CERT_FILE", []);
    first.saveIndex();
    const before = [path, join(state, "bundles.json")].map((name) => statSync(name).ino);
    const second = bundler();
    expect(second.replacing("SSL_CERT_FILE", [])).toBe(path);
    second.saveIndex();
    expect([path, join(state, "bundles.json")].map((name) => statSync(name).ino)).toEqual(before);
    expect(readdirSync(state).sort()).toEqual([basename(path), "bundles.json"].sort());
  });

  it("trusts the index without reading the roots: a recorded name is what it gets", () => {
    const first = bundler();
    const path = first.replacing("SSL_CERT_FILE", []);
    first.saveIndex();
    const marked = `bundle-${"0".repeat(32)}.pem`;
    writeFileSync(join(state, marked), readFileSync(path));
    writeFileSync(join(state, "bundles.json"), readFileSync(join(state, "bundles.json"), "utf8").replace(basename(path), marked));
    expect(basename(bundler().replacing("SSL_CERT_FILE", []))).toBe(marked);
  });

  it("sees that the system's roots, or the CA, changed, and keeps the old file for children that still live", () => {
    const path = bundler().replacing("SSL_CERT_FILE", []);
    writeFileSync(systemRoots, `${system}\n${corporate}\n`);
    const changed = bundler().replacing("SSL_CERT_FILE", []);
    expect(certificatesIn(changed)).toEqual([system, corporate, ca]);
    writeFileSync(caCertificatePath, other);
    expect(certificatesIn(bundler().replacing("SSL_CERT_FILE", []))).toEqual([system, corporate, other]);
    expect(certificatesIn(path)).toEqual([system, ca]);
  });

  it.each(["", "null", "[1]", '{"x":{"name":"../../etc/passwd","bytes":1}}', '{"x":null}'])(
    "is not misled by a broken index: %s",
    (text) => {
      writeFileSync(join(state, "bundles.json"), text);
      expect(certificatesIn(bundler().replacing("SSL_CERT_FILE", []))).toEqual([system, ca]);
    },
  );

  it("writes a bundle anew that was removed or cut", () => {
    const first = bundler();
    const path = first.replacing("SSL_CERT_FILE", []);
    first.saveIndex();
    writeFileSync(path, "cut");
    expect(certificatesIn(bundler().replacing("SSL_CERT_FILE", []))).toEqual([system, ca]);
  });
});
