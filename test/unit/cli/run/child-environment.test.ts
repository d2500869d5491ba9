import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createContext, type World } from "../../../../src/cli/context.ts";
import { buildRunEnvironment } from "../../../../src/cli/run/child-environment.ts";
import { resolvePaths } from "../../../../src/config/paths.ts";
import type { RunStarted } from "../../../../src/control/protocol.ts";
import { type Call, fakeControl } from "../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../support/cli/sample-answers.ts";

interface Built {
  readonly env: Record<string, string>;
  readonly said: string;
  readonly home: string;
  readonly asked: readonly string[];
}

async function built(
  environment: Record<string, string>,
  at: { isSandboxed?: boolean; caPem?: string; isHomeTemporary?: boolean } = {},
): Promise<Built> {
  const home = mkdtempSync(join(tmpdir(), "kw-env-"));
  mkdirSync(join(home, "state"), { mode: 0o700 });
  const ca = join(home, "ca.pem");
  writeFileSync(ca, "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n");
  const said: string[] = [];
  const calls: Call[] = [];
  const world = {
    environment: { KEYWARD_HOME: home, ...environment },
    cwd: home,
    stderr: { write: (text: string) => said.push(text) },
    connect: async () => fakeControl(ANSWERS, calls),
  };
  const global = { json: false, profile: undefined, verbose: false, colour: false };
  const temporary = at.isHomeTemporary === true ? { paths: resolvePaths(world.environment), end: async () => undefined } : null;
  const context = createContext(world as unknown as World, global, temporary);
  const own = at.caPem === undefined ? {} : { caPem: at.caPem };
  const started = { ...(ANSWERS["run.start"] as RunStarted), caCertificatePath: at.caPem === undefined ? ca : "/not/ours/ca.pem", ...own };
  const directory = join(home, "state", "public");
  const place = at.isSandboxed === undefined ? null : { directory, isSandboxed: at.isSandboxed };
  const env = await buildRunEnvironment({ started, keepEnv: [], place }, context);
  return { env, said: said.join(""), home, asked: calls.map(({ method }) => method) };
}

describe("buildRunEnvironment", () => {
  it("is silent when nothing of the user's is lost", async () => {
    const { env, said } = await built({ EDITOR: "vi" });
    expect(env).toMatchObject({ EDITOR: "vi", OPENAI_API_KEY: "placeholder-1" });
    expect(said).toBe("");
  });

  it("always says that an exception of NO_PROXY is left out", async () => {
    const { env, said } = await built({ NO_PROXY: "api.openai.com,other.example" });
    expect(env["NO_PROXY"]).not.toContain("api.openai.com");
    expect(said).toMatch(/^warning: NO_PROXY entry 'api\.openai\.com' is left out/);
  });

  it("puts every file a sandboxed program is pointed at into the one directory it sees", async () => {
    const { env, home } = await built({ HOME: "/home/nobody-here", WGETRC: "/etc/hostname" }, { isSandboxed: true });
    const named = Object.entries(env).filter(([name, value]) => name !== "KEYWARD_HOME" && value.includes(home));
    expect(named.length).toBeGreaterThan(5);
    for (const [name, value] of named) expect([name, value]).toEqual([name, expect.stringContaining(join(home, "state", "public"))]);
    expect(readFileSync(env["WGETRC"] ?? "", "utf8")).not.toContain(readFileSync("/etc/hostname", "utf8").trim());
  });

  it("names a preload that outlives a temporary home, except in a sandbox, which ends before", async () => {
    const usual = await built({});
    expect(usual.env["NODE_OPTIONS"]).toContain(usual.home);
    const temporary = await built({}, { isHomeTemporary: true });
    expect(temporary.env["NODE_OPTIONS"]).toMatch(/preload\.cjs/);
    expect(temporary.env["NODE_OPTIONS"]).not.toContain(temporary.home);
    const sandboxed = await built({}, { isHomeTemporary: true, isSandboxed: true });
    expect(sandboxed.env["NODE_OPTIONS"]).toContain(sandboxed.home);
  });

  it("writes down the certificate of another user's daemon, and asks it about no variable", async () => {
    const caPem = "-----BEGIN CERTIFICATE-----\nBB==\n-----END CERTIFICATE-----\n";
    const { env, asked } = await built({ SOME_TOKEN: "x".repeat(40) }, { isSandboxed: false, caPem });
    expect(readFileSync(env["NODE_EXTRA_CA_CERTS"] ?? "", "utf8")).toContain("BB==");
    expect(asked).toEqual([]);
  });
});
