// The next credential of a source that keyward computes from: the same signing and trading as at login, from what the record holds.
// In: a connection and its grant with a source. Out: what to store. A source that changes meanwhile is handed to `keep` first.
import type { Connection } from "../../core/connection.ts";
import type { GrantSource } from "../../core/grant.ts";
import type { ComputedPorts } from "../../oauth/computed/kind.ts";
import { COMPUTED_KINDS } from "../../oauth/computed/kinds.ts";
import type { OAuthGrant, RenewedTokens } from "../../store/profile-store.ts";
import { again } from "./again.ts";

/** @throws OAUTH_*, UPSTREAM_* */
export async function obtainComputed(
  connection: Connection,
  { grant, source }: { readonly grant: OAuthGrant; readonly source: GrantSource },
  ports: ComputedPorts,
): Promise<RenewedTokens> {
  const obtainedAtMs = ports.clock.nowMs();
  const context = { name: connection.provider, again: `${again(connection)} --flow ${source.flow}` };
  const request = { source, tokenUrl: grant.tokenUrl, refreshUrl: grant.dialect?.refreshUrl ?? null, context };
  const tokens = await COMPUTED_KINDS[source.flow].obtain(request, ports);
  return { ...tokens, obtainedAtMs };
}
