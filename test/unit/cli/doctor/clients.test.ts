// What `doctor --clients` makes of what was seen. The clients are little programs of the test on a PATH of its own.
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ClientFinding } from "../../../../src/cli/doctor/clients.ts";
import type { EchoSeen } from "../../../../src/control/findings.ts";
import type { RunStarted } from "../../../../src/control/protocol.ts";
import { ensureHome } from "../../../../src/config/home.ts";
import { resolvePaths } from "../../../../src/config/paths.ts";
import { keyward } from "../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../support/cli/sample-answers.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "kw-dc-")));

/** A PATH with one program on it. */
function pathWith(name: string, script: string): string {
  const bin = mkdtempSync(join(root, "bin-"));
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
  return bin;
}

async function findings(program: string, seen: Partial<EchoSeen>, script = "exit 0"): Promise<readonly ClientFinding[]> {
  const home = join(mkdtempSync(join(root, "home-")), "h");
  ensureHome(resolvePaths({ KEYWARD_HOME: home }));
  const directory = join(home, "state", "doctor-x");
  mkdirSync(directory);
  writeFileSync(join(directory, "ca.pem"), "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n");
  const started: RunStarted = { ...(ANSWERS["run.start"] as RunStarted), caCertificatePath: join(directory, "ca.pem") };
  const client = { curl: "curl", wget2: "wget2" }[program] ?? program;
  const done = await keyward(["doctor", "--clients", "--json"], {
    env: { KEYWARD_HOME: home, PATH: pathWith(program, script) },
    answers: {
      ...ANSWERS,
      "doctor.open": { echoId: "log_1", host: "echo.keyward.test", directory, runs: [{ client, started }] },
      "doctor.finish": { seen: [{ client, routed: false, trusted: false, injected: false, why: null, ...seen }] },
    },
  });
  return (JSON.parse(done.stdout) as { clients: ClientFinding[] }).clients;
}

describe("a client that was tried", () => {
  it("works when the echo got the credential", async () => {
    expect(await findings("curl", { routed: true, trusted: true, injected: true })).toMatchObject([
      { client: "curl", state: "ok", routed: true, trusted: true, injected: true, found: "works", fix: null },
    ]);
  });

  it.each<[string, Partial<EchoSeen>, RegExp, RegExp]>([
    ["bypasses the proxy", {}, /did not come to the proxy/, /curlrc/],
    [
      "refuses the certificate",
      { routed: true, why: "alert unknown ca" },
      /did not accept keyward's certificate \(alert unknown ca\)/,
      /cacert/,
    ],
    ["sends no header", { routed: true, trusted: true }, /was not given the credential/, /keyward daemon logs/],
  ])("that %s fails with what to look at", async (_what, seen, found, fix) => {
    const [finding] = await findings("curl", seen);
    expect(finding).toMatchObject({
      state: "fail",
      found: expect.stringMatching(found) as string,
      fix: expect.stringMatching(fix) as string,
    });
  });

  it("whose limit is known is a warning", async () => {
    expect(await findings("wget2", {})).toMatchObject([
      { state: "warn", found: "known limit", fix: expect.stringContaining("use wget or curl") as string },
    ]);
  });

  it("whose part is not installed is left out", async () => {
    expect(await findings("curl", {}, "exit 77")).toEqual([]);
  });
});
