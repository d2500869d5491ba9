import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { createAuthority } from "../../../../src/certs/authority.ts";
import { nonProxyHosts, quoteForJava, writeTrustStore } from "../../../../src/child/java/java-options.ts";
import { makePkcs12, pem } from "../../../support/child/pkcs12.ts";
import { readKeyStore, writeKeyStore } from "../../../../src/child/java/key-store.ts";

const [ca, corporate] = [createAuthority(Date.now()).certificatePem, createAuthority(Date.now()).certificatePem];

let directory: string;
let stateDirectory: string;
let bundlePath: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "keyward jvm-"));
  stateDirectory = join(directory, "state");
  mkdirSync(stateDirectory);
  bundlePath = join(stateDirectory, "bundle-1.pem");
  writeFileSync(bundlePath, ca);
});

function write(inherited: Record<string, string> = {}): { count: number | undefined; path: string; notices: readonly string[] } {
  const { path, notices } = writeTrustStore({ inherited, stateDirectory, bundlePath });
  return { count: readKeyStore(readFileSync(path))?.length, path, notices };
}

describe("the trust store", () => {
  it("holds the bundle, is private, and is written once", () => {
    const first = write();
    expect(first).toMatchObject({ count: 1, notices: [] });
    expect(statSync(first.path).mode & 0o777).toBe(0o600);
    const { ino } = statSync(first.path);
    expect(statSync(write().path).ino).toBe(ino);
  });

  it("takes in the user's own store, whatever quotes its path has, and the last one named", () => {
    const own = join(directory, "own store.jks");
    writeFileSync(own, writeKeyStore([corporate]));
    for (const option of [`-Djavax.net.ssl.trustStore="${own}"`, `'-Djavax.net.ssl.trustStore=${own}'`]) {
      expect(write({ JAVA_TOOL_OPTIONS: `-Xmx1g -Djavax.net.ssl.trustStore=/gone ${option}` })).toMatchObject({ count: 2, notices: [] });
    }
  });

  it("inside another run adds nothing to keyward's own store", () => {
    const { path } = write();
    expect(write({ JAVA_TOOL_OPTIONS: `-Djavax.net.ssl.trustStore=${quoteForJava(path)}` }).path).toBe(path);
  });

  it.each([
    ["is not there", "/nowhere/x.jks", "cannot be read (ENOENT)"],
    ["is no store", import.meta.filename, "is neither a JKS nor a PKCS#12 file of certificates"],
  ])("says so when the user's store %s, and goes on without it", (_what, path, why) => {
    const { count, notices } = write({ JAVA_TOOL_OPTIONS: `-Djavax.net.ssl.trustStore=${path}` });
    expect(count).toBe(1);
    expect(notices).toEqual([`JAVA_TOOL_OPTIONS names the trust store ${path}, which ${notices[0]?.slice(notices[0].indexOf(why))}`]);
    expect(notices[0]).toContain("a JVM trusts the system's roots and keyward's CA instead");
  });

  it("takes in a PKCS#12 store whose password is named, and names one without", () => {
    const own = join(directory, "own.p12");
    const [path, password] = [quoteForJava(own), "two words"];
    writeFileSync(own, makePkcs12([corporate, pem("RSA")], password));
    expect(
      write({ JAVA_TOOL_OPTIONS: `-Djavax.net.ssl.trustStore=${path} -Djavax.net.ssl.trustStorePassword="${password}"` }),
    ).toMatchObject({
      count: 3,
      notices: [],
    });
    const { count, notices } = write({ JAVA_TOOL_OPTIONS: `-Djavax.net.ssl.trustStore=${path}` });
    expect([count, notices]).toEqual([1, [expect.stringContaining("name its password with -Djavax.net.ssl.trustStorePassword")]]);
    const wrong = write({ JAVA_TOOL_OPTIONS: `-Djavax.net.ssl.trustStore=${path} -Djavax.net.ssl.trustStorePassword=nope` });
    expect([wrong.count, wrong.notices]).toEqual([1, [expect.stringContaining("is the password right?")]]);
    expect(wrong.notices[0]).not.toContain("nope");
  });

  it.each(["JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"])("warns of a proxy in %s, which beats keyward's", (name) => {
    expect(write({ [name]: "-Xmx1g -Dhttps.proxyHost=corp" }).notices).toEqual([
      `${name} sets https.proxyHost, which wins over keyward: JVMs will not reach it`,
    ]);
    expect(write({ [name]: "-Xmx1g" }).notices).toEqual([]);
  });
});

describe("nonProxyHosts", () => {
  it.each([
    ["localhost,127.0.0.1,::1", "localhost|127.*|[::1]"],
    ["localhost,corp.example,.x.example,*.y.example", "localhost|127.*|[::1]|corp.example|*.corp.example|*.x.example|*.y.example"],
    ["10.1.2.3,10.0.0.0/8,host:8080,fe80::1", "localhost|127.*|[::1]|10.1.2.3"],
    ["*,a|b,$(x)", "localhost|127.*|[::1]|*"],
  ])("%s becomes %s", (noProxy, expected) => expect(nonProxyHosts(noProxy)).toBe(expected));
});

describe("quoteForJava", () => {
  it.each([
    ["/plain/path", "/plain/path"],
    ["/with space/x", `"/with space/x"`],
    ["/it's/x", `"/it's/x"`],
    [`/a"b/x`, `'/a"b/x'`],
  ])("%s", (value, quoted) => expect(quoteForJava(value)).toBe(quoted));
});
