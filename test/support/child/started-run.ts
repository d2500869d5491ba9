// What the daemon answers to run.start, for tests of the child's environment.
import type { RunStarted } from "../../../src/control/protocol.ts";

export function startedRun(changes: Partial<RunStarted> & { readonly hosts?: readonly string[] } = {}): RunStarted {
  const { hosts = ["api.openai.com"], ...rest } = changes;
  return {
    runId: "run_test0123456789",
    token: "token".padEnd(43, "0"),
    proxyPort: 45_454,
    env: { OPENAI_API_KEY: "placeholder-of-openai" },
    placeholderNames: ["OPENAI_API_KEY"],
    tlsPorts: [],
    caCertificatePath: "/nowhere/ca.pem",
    level: "L0",
    plan: { connections: [{ provider: "openai", name: "default", hosts, env: { OPENAI_API_KEY: "placeholder" } }], layers: [] },
    ...rest,
  };
}
