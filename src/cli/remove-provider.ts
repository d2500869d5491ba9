// What `remove` and `revoke` share: everything this machine keeps about a provider goes. In: its id. Out: what was removed.
// Asked about once, and only when there is something to lose; a second time finds nothing and is no error.
import type { ProviderInfo } from "../control/protocol.ts";
import { KeywardError } from "../core/errors.ts";
import type { Context } from "./context.ts";

export interface Removed {
  readonly connections: readonly string[];
  readonly definition: boolean;
  /** Where the person ends the key itself. */
  readonly keysUrl: string | null;
}

export async function removeProvider(provider: string, yes: boolean, context: Context): Promise<Removed> {
  const info = await findInfo(provider, context);
  const { connections } = await context.call("connection.list", { profile: context.profile });
  const names = connections.filter((connection) => connection.provider === provider).map((connection) => connection.name);
  const isCustom = info?.custom === true;
  if (names.length === 0 && info === null) return { connections: [], definition: false, keysUrl: null };
  if (names.length > 0 || isCustom) {
    const parts = [...names.map((name) => `connection ${name}`), ...(isCustom ? ["its definition"] : [])];
    await context.ask.confirm(`Remove ${provider}: ${parts.join(", ")}?`, yes);
  }
  const { removed } = await context.call("connection.remove", { profile: context.profile, provider, connection: null, everything: true });
  const definition = isCustom ? (await context.call("provider.remove", { provider })).removed : false;
  return { connections: removed.map((ref) => ref.name), definition, keysUrl: info?.keysUrl ?? null };
}

async function findInfo(provider: string, context: Context): Promise<ProviderInfo | null> {
  try {
    return (await context.call("provider.show", { profile: context.profile, provider })).info;
  } catch (error) {
    if (error instanceof KeywardError && error.code === "PROVIDER_UNKNOWN") return null;
    throw error;
  }
}

export function reportRemoved(provider: string, removed: Removed, { out }: Context): void {
  const nothing = removed.connections.length === 0 && !removed.definition;
  out.object({ provider, removed: removed.connections, definition_removed: removed.definition });
  if (nothing) return out.line(`nothing to remove for ${provider}`);
  for (const name of removed.connections) out.line(`removed ${provider} (${name})`);
  if (removed.definition) out.line(`removed the definition of ${provider}`);
}
