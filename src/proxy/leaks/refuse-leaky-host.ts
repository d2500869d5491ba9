// Looks for leaks in the name of a host, before it is looked up, dialled or written down: a name goes out with every lookup, and the audit holds
// it. Part of step 1, admit. In: the authority as the child wrote it, its run. Out: nothing, or a refusal that does not repeat the name.
import type { LiveRun, ProxyPorts } from "../ports.ts";
import { leakError, leakSearch } from "./leak-search.ts";

/** @throws PLACEHOLDER_LEAK, KEY_LEAK */
export function refuseLeakyHost(authority: string, run: LiveRun, ports: Pick<ProxyPorts, "knownPlaceholders" | "knownSecrets">): void {
  const search = leakSearch({ known: ports.knownPlaceholders(run), secrets: ports.knownSecrets(run), here: [], findsHomeKeys: true });
  if (search === null) return;
  const bytes = Buffer.from(authority, "latin1");
  const found = search.finder.find(bytes, { from: 0, to: bytes.length }, true);
  const leak = found.kind === "hit" ? search.leakOf(found.form) : undefined;
  if (leak !== undefined) throw leakError(leak, "a host that is named after it");
}
