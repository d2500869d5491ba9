// Plausible answers of the daemon for the methods of the vault and of connections that were set.
import type { SecretInfo, LabelledInfo } from "../../../src/control/api/vault.ts";
import type { Answers } from "./fake-world.ts";
import { NOW_MS } from "./fake-world.ts";

export const SLACK_SECRET: SecretInfo = {
  name: "SLACK_BOT_TOKEN",
  scope: "workspace",
  source: "profile",
  reference: null,
  version: 2,
  versions: 2,
  createdAtMs: NOW_MS - 7_200_000,
  updatedAtMs: NOW_MS - 3_600_000,
  usedBy: ["bot"],
};

export const KEPT_ELSEWHERE: SecretInfo = { ...SLACK_SECRET, name: "OPENAI_TEAM", source: "env", reference: "env:OPENAI_TEAM", usedBy: [] };

export const BOT: LabelledInfo = {
  id: "bot",
  kind: "slack",
  label: "Team bot",
  secret: "SLACK_BOT_TOKEN",
  provider: "slack",
  createdAtMs: NOW_MS - 3_600_000,
  status: "connected",
};

export function vaultAnswers(value: string): Answers {
  return {
    "vault.put": { secret: SLACK_SECRET, created: false, notice: null },
    "vault.list": { secrets: [SLACK_SECRET, KEPT_ELSEWHERE] },
    "vault.get": SLACK_SECRET,
    "vault.versions": {
      secret: SLACK_SECRET,
      versions: [
        { version: 2, createdAtMs: NOW_MS - 3_600_000, source: "profile", current: true },
        { version: 1, createdAtMs: NOW_MS - 7_200_000, source: "env", current: false },
      ],
    },
    "vault.remove": { secret: SLACK_SECRET },
    "vault.pull": { secret: SLACK_SECRET },
    "vault.push": ({ pairs }) => ({ rows: pairs.map(({ name }) => ({ name, action: "new", version: 1 })), notice: null }),
    "vault.reveal": { value },
    "vault.expand": ({ texts }) => ({ texts }),
    "vault.check": { secrets: [{ ...SLACK_SECRET, state: "ok", reason: null, variables: [] }] },
    "vault.supply": {},
    "connection.link": { provider: "openai", name: "team", id: "con_9", replaced: false, notices: [] },
    "labelled.set": { connection: BOT, replaced: false, notices: [] },
    "labelled.list": { connections: [BOT, { ...BOT, id: "nightly", kind: "cron", secret: null, provider: null }] },
    "labelled.get": BOT,
    "labelled.remove": { connection: BOT },
  };
}
