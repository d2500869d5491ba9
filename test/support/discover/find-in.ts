// Reads one source's fixture and says in a line each what was found: provider, kind, fields, what is known about it, and where.
// Values appear as $1, $2 …, the numbers of the fixture; anything else that was taken for a value is shown as it is and fails the test.
import { readSource } from "../../../src/discover/read-source.ts";
import type { Finding, Platform, Source } from "../../../src/discover/source.ts";
import { NOW_MS, stageFixture, type Staged } from "./stage-fixture.ts";

export interface FindOptions {
  readonly oauth?: boolean;
  readonly platform?: Platform;
}

/** @throws when a file of the fixture cannot be read */
export function findIn(source: Source, { oauth = true, platform = "linux" }: FindOptions = {}): string[] {
  const staged = stageFixture(source.id);
  const machine = { home: staged.home, confined: true, environment: {}, platform };
  const { findings, problems } = readSource(source, { machine, nowMs: NOW_MS, oauth });
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return findings.map((finding) => describeFinding(finding, staged));
}

function describeFinding(finding: Finding, { home, names }: Staged): string {
  const shown = (value: string): string => [...names].reduce((text, [secret, name]) => text.replaceAll(secret, name), value);
  const values = finding.values.map(({ field, env, secret }) => `${[field, ...env].join("|")}=${shown(secret.reveal())}`);
  return [
    `${finding.provider}${finding.definition === null ? "?" : finding.definition === finding.provider ? "" : `→${finding.definition}`}`,
    finding.kind,
    ...values,
    finding.account === null ? "" : `account:${finding.account}`,
    finding.host === null ? "" : `host:${finding.host}`,
    finding.expired ? "expired" : finding.expiresAtMs === null ? "" : "ends",
    finding.rotates ? "rotates" : "",
    `${finding.path.replace(home, "~")}#${finding.pointer}`,
  ]
    .filter((part) => part !== "")
    .join(" ");
}
