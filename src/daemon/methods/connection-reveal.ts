// connection.reveal: the one way a stored secret leaves through the control socket. Audited before it does.
// In: which connection, and which process asks. Out: plain values. Refused when the asker descends from a live run: a child
// that may only use placeholders must not fetch what they stand for. (On this level the asker's word is taken; docs/threat-model.md.)
import type { FailedReveal, RevealedConnection, RevealParams } from "../../control/protocol.ts";
import type { MethodTable } from "../../control/server.ts";
import { type Connection, type Credential, describeConnection } from "../../core/connection.ts";
import { KeywardError, toKeywardError } from "../../core/errors.ts";
import { newId } from "../../core/ids.ts";
import { ancestorsOf, identifyProcess, isProcessAlive } from "../../core/process-identity.ts";
import type { ProcessIdentity } from "../../core/run.ts";
import type { DaemonParts } from "../parts.ts";
import type { UnlockedProfile } from "../profiles/unlocked-profile.ts";
import { connectionName, loginRequired } from "./connection.ts";

export function revealMethods(parts: DaemonParts): Pick<MethodTable, "connection.reveal"> {
  return { "connection.reveal": (params) => reveal(params, parts) };
}

interface Revealed {
  readonly connections: readonly RevealedConnection[];
  readonly failed: readonly FailedReveal[];
}

async function reveal(params: RevealParams, parts: DaemonParts): Promise<Revealed> {
  parts.definitions.refresh();
  const profile = await parts.profiles.find(params.profile);
  const wanted = wantedConnections(params, profile, parts);
  if (profile === null || wanted.length === 0) throw nothingStored(params);
  if (isInsideRun(params.asker, parts.runs.owners())) {
    for (const connection of wanted) record(profile, connection, "REVEAL_REFUSED");
    throw new KeywardError("REVEAL_REFUSED", "secrets are not shown to a program inside a keyward run", {
      hint: "run the command in a terminal of your own",
    });
  }
  refuseClashes(wanted, parts);
  // A token at its end would be worth nothing where it goes. One after the other: each may ask a server.
  const found: { connection: Connection; credential: Credential }[] = [];
  const failed: { connection: Connection; error: KeywardError }[] = [];
  for (const connection of wanted) {
    try {
      found.push({ connection, credential: await currentCredential(connection, profile, parts) });
    } catch (thrown) {
      const error = toKeywardError(thrown);
      if (!ONE_LOGIN_S.test(error.code)) throw error;
      failed.push({ connection, error });
    }
  }
  if (found.length === 0 && failed[0] !== undefined) throw failed[0].error;
  for (const { connection } of found) record(profile, connection, null);
  return {
    connections: found.map(({ connection, credential }) => open(connection, credential, parts)),
    failed: failed.map(describeFailure),
  };
}

/** What is wrong with one login and says nothing about the others. */
const ONE_LOGIN_S = /^(?:LOGIN_|OAUTH_|UPSTREAM_|TARGET_FORBIDDEN|HUB_)/;

function describeFailure({ connection, error }: { readonly connection: Connection; readonly error: KeywardError }): FailedReveal {
  const { code, message, hint } = error;
  const { provider, name } = connection;
  const named = message.includes(describeConnection(connection)) ? message : `${describeConnection(connection)}: ${message}`;
  return { provider, name, error: { code, message: named, hint: hint ?? null } };
}

/** What a team shares is the hub's to show. @throws LOGIN_REQUIRED, LOGIN_EXPIRED, OAUTH_*, UPSTREAM_*, HUB_* */
async function currentCredential(connection: Connection, profile: UnlockedProfile, parts: DaemonParts): Promise<Credential> {
  const { freshness, vault, hubSyncs } = parts;
  await hubSyncs.requireAccess(profile, connection);
  const credential = profile.credential(connection);
  if (credential === null) throw loginRequired(connection);
  return connection.kind === "oauth2" ? freshness.ensure(profile, connection, credential) : vault.fill(profile, connection, credential);
}

function wantedConnections(params: RevealParams, profile: UnlockedProfile | null, parts: DaemonParts): Connection[] {
  const stored = profile?.connections() ?? [];
  const { provider } = params;
  if (provider === null) return stored.filter((connection) => connection.isDefault);
  const name = connectionName(params.connection, provider, profile);
  const found = stored.filter((connection) => connection.provider === provider && connection.name === name);
  if (found.length === 0) parts.definitions.require(provider);
  if (found.length === 0) throw loginRequired({ provider, name });
  return found;
}

/** An asker that is not who it says it is gets nothing either. */
export function isInsideRun(asker: ProcessIdentity, owners: readonly ProcessIdentity[]): boolean {
  if (identifyProcess(asker.pid)?.startedAt !== asker.startedAt) return true;
  const line = new Set([asker.pid, ...ancestorsOf(asker.pid)]);
  return owners.some((owner) => line.has(owner.pid) && isProcessAlive(owner));
}

function record(profile: UnlockedProfile, connection: Connection, code: string | null): void {
  const { provider, name } = connection;
  profile.audit.append({ kind: "reveal", requestId: newId("req"), runId: null, provider, connection: name, code });
}

function open(connection: Connection, credential: Credential, { definitions }: DaemonParts): RevealedConnection {
  const fields = Object.fromEntries(Object.entries(credential.fields).map(([name, secret]) => [name, secret.reveal()]));
  const env: Record<string, string> = {};
  for (const field of definitions.current().get(connection.provider)?.fields ?? []) {
    const value = fields[field.name];
    if (value !== undefined) for (const name of field.env) env[name] = value;
  }
  return { provider: connection.provider, name: connection.name, fields, env };
}

/** @throws ENV_CLASH naming both */
function refuseClashes(connections: readonly Connection[], { definitions }: DaemonParts): void {
  const owners = new Map<string, string>();
  for (const { provider } of connections) {
    for (const name of definitions
      .current()
      .get(provider)
      ?.fields.flatMap((field) => field.env) ?? []) {
      const other = owners.get(name);
      if (other !== undefined && other !== provider) {
        throw new KeywardError("ENV_CLASH", `${other} and ${provider} both declare ${name}`, {
          hint: `name one of them, for example: keyward export ${provider}`,
          detail: { name, providers: [other, provider] },
        });
      }
      owners.set(name, provider);
    }
  }
}

function nothingStored({ provider, connection }: RevealParams): KeywardError {
  if (provider !== null) return loginRequired({ provider, name: connection ?? "default" });
  return new KeywardError("LOGIN_REQUIRED", "no provider is connected", { hint: "keyward login PROVIDER" });
}
