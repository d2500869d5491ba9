// What `remove` and `revoke` share: everything this machine keeps about a provider goes. In: its id. Out: what was removed.
// Asked about once, and only when there is something to lose; a second time finds nothing and is no error.
import { KeywardError } from "../../core/errors.ts";
import { PROVIDER_ID_PATTERN } from "../../core/names.ts";
import type { Context } from "../context.ts";
import { nearest } from "../text/suggest.ts";

export interface Removed {
  readonly connections: readonly string[];
  /** Those whose access was ended at the provider. */
  readonly ended: readonly string[];
  readonly definition: boolean;
  /** Where the person ends the key itself. */
  readonly keysUrl: string | null;
}

export async function removeProvider(
  provider: string,
  { yes, revoke }: { readonly yes: boolean; readonly revoke: boolean },
  context: Context,
): Promise<Removed> {
  const { profile } = context;
  const [{ providers }, { connections }] = [
    await context.call("provider.list", { profile }),
    await context.call("connection.list", { profile }),
  ];
  const info = providers.find((candidate) => candidate.id === provider);
  const names = connections.filter((connection) => connection.provider === provider).map((connection) => connection.name);
  if (info === undefined && names.length === 0) {
    refuseMistyped(
      provider,
      providers.map(({ id }) => id),
    );
    return { connections: [], ended: [], definition: false, keysUrl: null };
  }
  const definition = info?.custom === true;
  if (names.length > 0 || definition) {
    const parts = [...names.map((name) => `connection ${name}`), ...(definition ? ["its definition"] : [])];
    await context.ask.confirm(`Remove ${provider}: ${parts.join(", ")}?`, yes);
  }
  // Also without a connection: placeholders outlive a logout, and go here.
  const params = { profile, provider, connection: null, everything: true, ...(revoke ? { revoke } : {}) };
  const { removed, ended = [] } = await context.call("connection.remove", params);
  return { connections: removed.map((ref) => ref.name), ended: ended.map((ref) => ref.name), definition, keysUrl: info?.keysUrl ?? null };
}

/** A provider of one's own that was removed before is nothing to complain about; a slip of the finger is. */
function refuseMistyped(provider: string, ids: readonly string[]): void {
  const near = nearest(provider, ids);
  if (near === null && PROVIDER_ID_PATTERN.test(provider)) return;
  throw new KeywardError("PROVIDER_UNKNOWN", "no provider has this id", {
    hint: near === null ? "keyward provider list" : `did you mean ${near}?`,
  });
}

export function reportRemoved(provider: string, removed: Removed, { out }: Context): void {
  const nothing = removed.connections.length === 0 && !removed.definition;
  out.object({ provider, removed: removed.connections, definition_removed: removed.definition });
  if (nothing) return out.line(`nothing to remove for ${provider}`);
  for (const name of removed.connections) out.line(`removed ${provider} (${name})`);
  if (removed.definition) out.line(`removed the definition of ${provider}`);
}
