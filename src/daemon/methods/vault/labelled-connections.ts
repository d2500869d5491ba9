// labelled.* and connection.link: connections that are set by hand and refer to a secret by its name.
// In: ids, kinds, names of secrets. Out: what was set, never a value. Removing one leaves its secret in the vault.
import type { LabelledInfo, VaultMethods } from "../../../control/api/vault.ts";
import type { MethodTable } from "../../../control/server.ts";
import { KeywardError } from "../../../core/errors.ts";
import { newId } from "../../../core/ids.ts";
import { checkName, NAME_PATTERN } from "../../../core/names.ts";
import { secretUnknown } from "../../../core/vault/words.ts";
import { needsHost } from "../../../providers/login/tenant.ts";
import type { Provider } from "../../../providers/schema.ts";
import type { LabelledConnection } from "../../../store/records/secret-records.ts";
import type { DaemonParts } from "../../parts.ts";
import type { UnlockedProfile } from "../../profiles/unlocked-profile.ts";
import { findSecret } from "../../vault/find-secret.ts";
import { linkConnection, soleSecretField } from "../../vault/link-connection.ts";
import { connectionName } from "../connection.ts";

type Params<M extends keyof VaultMethods> = VaultMethods[M]["params"];
type Result<M extends keyof VaultMethods> = VaultMethods[M]["result"];

export function labelledMethods(
  parts: DaemonParts,
): Pick<MethodTable, "connection.link" | "labelled.set" | "labelled.list" | "labelled.get" | "labelled.remove"> {
  return {
    "connection.link": (params) => link(params, parts),
    "labelled.set": (params) => set(params, parts),
    "labelled.list": async ({ profile: requested, kind }) => {
      const profile = await parts.profiles.find(requested);
      const connections = profile?.store.labelled.list().filter((connection) => kind === null || connection.kind === kind) ?? [];
      return { connections: profile === null ? [] : connections.map((connection) => describe(profile, connection)) };
    },
    "labelled.get": async (params) => {
      const { profile, connection } = await requireLabelled(params, parts);
      return describe(profile, connection);
    },
    "labelled.remove": (params) => remove(params, parts),
  };
}

async function link(params: Params<"connection.link">, parts: DaemonParts): Promise<Result<"connection.link">> {
  const provider = parts.definitions.require(params.provider);
  const profile = await parts.profiles.ensure(params.profile);
  const name = connectionName(params.connection, provider.id, profile);
  return linkConnection(profile, { ...params, provider, name }, parts.vault);
}

async function set(params: Params<"labelled.set">, parts: DaemonParts): Promise<Result<"labelled.set">> {
  const id = checkName("connection", params.id);
  const { kind, label, secret } = params;
  const profile = await parts.profiles.ensure(params.profile);
  if (secret !== null && findSecret(profile, secret, null) === null) throw secretUnknown(secret);
  const provider = providerOf(params, parts);
  const before = profile.store.labelled.find(id);
  const notices: string[] = [];
  if (provider !== null && secret !== null) {
    const isOwn = before?.provider === provider.id;
    const wanted = { provider, name: id, secrets: { "": secret }, fields: {}, force: params.force || isOwn };
    notices.push(...(await linkConnection(profile, wanted, parts.vault)).notices);
  }
  if (before !== null && before.provider !== null && before.provider !== provider?.id) unlink(profile, before);
  const stored = profile.store.labelled.put({ id, kind, label, secret, provider: provider?.id ?? null });
  if (secret !== null && provider === null) notices.push("runs do not use it: no provider stands behind it; name one with --provider ID");
  return { connection: describe(profile, stored), replaced: before !== null, notices };
}

/** The one that was named, or the one that its kind stands for where a single secret is all it needs. */
function providerOf({ provider, kind, secret }: Params<"labelled.set">, { definitions }: DaemonParts): Provider | null {
  if (provider !== null) {
    if (secret === null) throw new KeywardError("USAGE", "--provider needs a secret: a provider's hosts get no key with --no-auth");
    return definitions.require(provider);
  }
  const found = secret === null ? null : definitions.refresh().get(kind);
  return found !== null && soleSecretField(found) !== null && !needsHost(found) ? found : null;
}

async function remove(params: Params<"labelled.remove">, parts: DaemonParts): Promise<Result<"labelled.remove">> {
  const { profile, connection } = await requireLabelled(params, parts);
  const described = describe(profile, connection);
  unlink(profile, connection);
  profile.store.labelled.remove(connection.id);
  return { connection: described };
}

/** Only a connection that was made for it: one with a key of its own is somebody's login. */
function unlink(profile: UnlockedProfile, { id, provider }: LabelledConnection): void {
  const connection = provider === null ? null : profile.find({ provider, name: id });
  if (connection === null || connection.secrets === undefined) return;
  const ref = { provider: connection.provider, name: connection.name };
  profile.audit.append({ kind: "logout", requestId: newId("req"), runId: null, provider: ref.provider, connection: ref.name });
  profile.store.connections.remove(ref);
  profile.changed();
}

async function requireLabelled(
  { profile: requested, id }: { readonly profile: string | null; readonly id: string },
  { profiles }: DaemonParts,
): Promise<{ readonly profile: UnlockedProfile; readonly connection: LabelledConnection }> {
  const profile = await profiles.find(requested);
  const connection = profile?.store.labelled.find(id) ?? null;
  if (profile !== null && connection !== null) return { profile, connection };
  // Longer or stranger than an id is, it may be a key.
  const shown = NAME_PATTERN.test(id) && id.length <= 32 ? `the id '${id}'` : "that id";
  throw new KeywardError("CONNECTION_UNKNOWN", `no connection has ${shown}`, { hint: "keyward connection list" });
}

function describe(profile: UnlockedProfile, connection: LabelledConnection): LabelledInfo {
  const { id, kind, label, secret, provider, createdAtMs } = connection;
  const hasSecret = secret === null || findSecret(profile, secret, null) !== null;
  const isLinked = provider === null || secret === null || profile.find({ provider, name: id }) !== null;
  return { id, kind, label, secret, provider, createdAtMs, status: hasSecret && isLinked ? "connected" : "missing" };
}
