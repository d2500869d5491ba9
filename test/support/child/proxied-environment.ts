// A child's environment as `keyward run` builds it, pointed at the tests' own proxy: the real code with a real authority.
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildChildEnvironment } from "../../../src/child/environment.ts";
import type { RunStarted } from "../../../src/control/protocol.ts";
import { startedRun } from "./started-run.ts";

/** What a proxy of the tests says of itself: ConnectProxy, or the real one. */
export interface ProxyFacts {
  readonly runId: string;
  readonly token: string;
  readonly port: number;
  readonly authority: { readonly certificatePem: string };
}

/** The directory's name holds a space, as a user's may. */
export function proxiedEnvironment(proxy: ProxyFacts, changes: Partial<RunStarted> = {}): Record<string, string> {
  const home = mkdtempSync(join(tmpdir(), "keyward child-"));
  const stateDirectory = join(home, "state");
  mkdirSync(stateDirectory, { mode: 0o700 });
  const caCertificatePath = join(stateDirectory, "ca.pem");
  writeFileSync(caCertificatePath, proxy.authority.certificatePem);
  const started = startedRun({ runId: proxy.runId, token: proxy.token, proxyPort: proxy.port, caCertificatePath, ...changes });
  const inherited = { PATH: process.env["PATH"], HOME: home };
  return buildChildEnvironment({ inherited, started, keepEnv: [], stateDirectory }).env;
}
