import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { createAuthority } from "../../../src/certs/authority.ts";
import { buildChildEnvironment, type ChildEnvironment, explainEnvironment, proxyUrl } from "../../../src/child/environment.ts";
import type { RunStarted } from "../../../src/control/protocol.ts";
import { startedRun } from "../../support/child/started-run.ts";

const caPem = createAuthority(Date.now()).certificatePem;

let directory: string;
let stateDirectory: string;
let caCertificatePath: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "keyward environment-"));
  stateDirectory = join(directory, "state");
  mkdirSync(stateDirectory);
  caCertificatePath = join(stateDirectory, "ca.pem");
  writeFileSync(caCertificatePath, caPem);
});

interface Setting extends Partial<RunStarted> {
  readonly keepEnv?: readonly string[];
}

function build(inherited: Record<string, string> = {}, { keepEnv = [], ...started }: Setting = {}): ChildEnvironment {
  return buildChildEnvironment({
    inherited: { HOME: directory, ...inherited },
    started: startedRun({ caCertificatePath, ...started }),
    keepEnv,
    stateDirectory,
  });
}

describe("the child's environment", () => {
  it("sends every client through the proxy with the run's credentials", () => {
    const { env, notices } = build({ PATH: "/bin" });
    const url = proxyUrl(startedRun());
    for (const name of ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"]) expect(env[name]).toBe(url);
    for (const name of ["NO_PROXY", "no_proxy"]) expect(env[name]).toBe("localhost,127.0.0.1,::1");
    expect(env["GIT_HTTP_PROXY_AUTHMETHOD"]).toBe("basic");
    expect(env["PATH"]).toBe("/bin");
    expect(notices).toEqual([]);
  });

  it("points every replacing variable at a bundle that ends with the CA", () => {
    const { env } = build();
    const names = "SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO CARGO_HTTP_CAINFO NPM_CONFIG_CAFILE CODEX_CA_CERTIFICATE";
    for (const name of [...names.split(" "), "HTTPLIB2_CA_CERTS", "PERL_LWP_SSL_CA_FILE", "PIP_CERT", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"]) {
      expect(readFileSync(env[name] ?? "", "utf8").endsWith(caPem), name).toBe(true);
    }
    for (const name of ["NODE_EXTRA_CA_CERTS", "DENO_CERT"]) expect(env[name]).toBe(caCertificatePath);
  });

  it("writes the files wget and PHP need", () => {
    const { env } = build();
    expect(readFileSync(env["WGETRC"] ?? "", "utf8")).toBe(`ca_certificate = ${env["SSL_CERT_FILE"]}\n`);
    expect(env["PHP_INI_SCAN_DIR"]).toMatch(/^:\//);
    const ini = readFileSync(join((env["PHP_INI_SCAN_DIR"] ?? "").slice(1), "keyward.ini"), "utf8");
    expect(ini).toBe(`curl.cainfo="${env["SSL_CERT_FILE"]}"\nopenssl.cafile="${env["SSL_CERT_FILE"]}"\n`);
  });

  it("keeps the roots of AWS_CA_BUNDLE for those who read another variable", () => {
    const corporate = createAuthority(Date.now()).certificatePem;
    const path = join(directory, "aws.pem");
    writeFileSync(path, corporate);
    const { env } = build({ AWS_CA_BUNDLE: path });
    expect(env).not.toHaveProperty("AWS_CA_BUNDLE");
    expect(readFileSync(env["REQUESTS_CA_BUNDLE"] ?? "", "utf8")).toBe(`${corporate.trim()}\n${caPem.trim()}\n`);
  });

  it("gives JVMs proxy and trust store without a token, behind the user's options, and once in a nested run", () => {
    const { env } = build({ JAVA_TOOL_OPTIONS: "-Xmx64m", NO_PROXY: ".corp.test" });
    const options = env["JAVA_TOOL_OPTIONS"] ?? "";
    expect(options).toMatch(/^-Xmx64m -Dhttps\.proxyHost=127\.0\.0\.1 -Dhttps\.proxyPort=45454 /);
    expect(options).toContain(" -Dhttp.nonProxyHosts=localhost|127.*|[::1]|*.corp.test ");
    expect(options).toMatch(/ -Djavax\.net\.ssl\.trustStore="[^"]+\.jks" /);
    expect(options).not.toContain(startedRun().token);
    const inner = build({ ...env, PATH: "/bin" });
    expect(inner.env["JAVA_TOOL_OPTIONS"]).toBe(options);
  });

  it("removes what would lead past the proxy or break a client", () => {
    const { env } = build({
      ALL_PROXY: "socks5://h:1",
      all_proxy: "x",
      AWS_CA_BUNDLE: "/a",
      npm_config_proxy: "p",
      KEYWARD_TLS_PORTS: "1",
    });
    for (const name of ["ALL_PROXY", "all_proxy", "AWS_CA_BUNDLE", "npm_config_proxy", "KEYWARD_TLS_PORTS"])
      expect(env[name]).toBeUndefined();
  });

  it("changes nothing that certs/trust and the providers do not name", () => {
    const inherited = { HOME: directory, PATH: "/bin", EMPTY: "", "odd name": "x", SSL_CERT_DIR: "/etc/ssl/certs", LANG: "C" };
    const { env } = build(inherited);
    const touched = new Set([...explainEnvironment().map(({ name }) => name), "OPENAI_API_KEY"]);
    expect(Object.fromEntries(Object.entries(env).filter(([name]) => !touched.has(name)))).toEqual(inherited);
  });

  it("replaces a real key of the parent's by the placeholder, unless its name is kept", () => {
    const inherited = { OPENAI_API_KEY: "the user's own" };
    expect(build(inherited).env["OPENAI_API_KEY"]).toBe("placeholder-of-openai");
    expect(build(inherited, { keepEnv: ["OPENAI_API_KEY"] }).env["OPENAI_API_KEY"]).toBe("the user's own");
    expect(build({}, { keepEnv: ["OPENAI_API_KEY"] }).env).not.toHaveProperty("OPENAI_API_KEY");
    expect(build({ SSL_CERT_FILE: "" }, { keepEnv: ["SSL_CERT_FILE"] }).env["SSL_CERT_FILE"]).toBe("");
  });

  it("tells the preload which other ports are spoken TLS to", () => {
    expect(build({}, { tlsPorts: [8443, 9443] }).env["KEYWARD_TLS_PORTS"]).toBe("8443,9443");
  });
});

describe("NODE_OPTIONS", () => {
  it("keeps the user's options in front and quotes a path with spaces", () => {
    const { env } = build({ NODE_OPTIONS: "--max-old-space-size=64" });
    expect(env["NODE_OPTIONS"]).toMatch(/^--max-old-space-size=64 --require="\/.*keyward environment-.*\/preload-[0-9a-f]{16}\.cjs"$/);
    expect(build().env["NODE_OPTIONS"]).toMatch(/^--require="/);
  });

  it("is added to once, also when a run starts another", () => {
    const outer = build({ NODE_OPTIONS: "--no-warnings" }).env;
    expect(build(outer).env["NODE_OPTIONS"]).toBe(outer["NODE_OPTIONS"]);
  });
});

describe("a run inside a run", () => {
  it("has the same files and its own credentials, and nothing to tell", () => {
    const outer = build();
    const inner = build(outer.env, { runId: "run_inner" });
    expect(inner.notices).toEqual([]);
    expect(inner.env["HTTPS_PROXY"]).toContain("run_inner:");
    for (const name of ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "WGETRC", "PHP_INI_SCAN_DIR", "NO_PROXY"]) {
      expect([name, inner.env[name]]).toEqual([name, name === "NODE_EXTRA_CA_CERTS" ? expect.any(String) : outer.env[name]]);
    }
    expect(readFileSync(inner.env["NODE_EXTRA_CA_CERTS"] ?? "", "utf8")).toBe(caPem);
  });
});

describe("notices", () => {
  it("name the user's bundle that could not be used and the exception that was left out", () => {
    const { notices } = build({ SSL_CERT_FILE: "/nowhere/roots.pem", NO_PROXY: ".openai.com,keep.test" });
    expect(notices).toEqual([
      "SSL_CERT_FILE names /nowhere/roots.pem, which does not exist; the system's roots are used instead",
      "NO_PROXY entry '.openai.com' is left out: it would lead a bound host past keyward",
    ]);
  });
});

describe("explainEnvironment", () => {
  it("lists every variable once, by name, with the reason and no value of a run", () => {
    const rows = explainEnvironment();
    const names = rows.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)].sort());
    expect(rows.find(({ name }) => name === "ALL_PROXY")).toMatchObject({ change: "removed", value: null, client: "proxy" });
    expect(rows.find(({ name }) => name === "HTTPS_PROXY")).toMatchObject({ change: "set", value: "http://RUN:TOKEN@127.0.0.1:PORT" });
    expect(rows.every(({ why }) => why !== "")).toBe(true);
  });

  it("names exactly what building an environment touches", () => {
    const before = Object.fromEntries(explainEnvironment().map(({ name }) => [name, "before"]));
    const { env } = build(before, { tlsPorts: [8443] });
    for (const { name, change } of explainEnvironment()) expect([name, env[name] === undefined]).toEqual([name, change === "removed"]);
    expect(dirname(env["SSL_CERT_FILE"] ?? "")).toBe(stateDirectory);
  });
});
