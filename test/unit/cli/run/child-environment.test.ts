import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createContext, type World } from "../../../../src/cli/context.ts";
import { buildRunEnvironment } from "../../../../src/cli/run/child-environment.ts";
import type { RunStarted } from "../../../../src/control/protocol.ts";
import { fakeControl } from "../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../support/cli/sample-answers.ts";

async function built(environment: Record<string, string>): Promise<{ env: Record<string, string>; said: string }> {
  const home = mkdtempSync(join(tmpdir(), "kw-env-"));
  mkdirSync(join(home, "state"), { mode: 0o700 });
  const ca = join(home, "ca.pem");
  writeFileSync(ca, "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n");
  const said: string[] = [];
  const world = {
    environment: { KEYWARD_HOME: home, ...environment },
    cwd: home,
    stderr: { write: (text: string) => said.push(text) },
    connect: async () => fakeControl(ANSWERS),
  };
  const context = createContext(world as unknown as World, { json: false, profile: undefined, verbose: false, colour: false });
  const started = { ...(ANSWERS["run.start"] as RunStarted), caCertificatePath: ca };
  return { env: await buildRunEnvironment(started, [], context), said: said.join("") };
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
});
