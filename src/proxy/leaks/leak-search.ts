// What a request of the child must not carry: the placeholders of connections that are not bound to its host, and every real key of
// the profile. Part of step 5, match. In: what the profile knows, and who is bound here. Out: a search for all of it at once,
// with the finder that answers are searched with (scrub/find). Kept until the profile or the bindings change.
import type { ConnectionRef } from "../../core/connection.ts";
import { KeywardError } from "../../core/errors.ts";
import type { KnownPlaceholder, KnownSecret } from "../ports.ts";
import { KeyFinder } from "../scrub/find/key-finder.ts";
import { type KeyForm, sentForms, sentFormsOf } from "../scrub/find/key-forms.ts";

export interface Leak {
  readonly kind: "placeholder" | "key";
  readonly owner: ConnectionRef;
  /** Bound at this host: a key is no leak in its own declared slot. */
  readonly isHome: boolean;
}

/** Shorter ones stand in texts by chance. The same bound as for answers that are searched unasked. */
const MIN_KEY_CHARACTERS = 16;

export class LeakSearch {
  readonly finder: KeyFinder;
  readonly #leaks: ReadonlyMap<KeyForm, Leak>;

  constructor(leaks: ReadonlyMap<KeyForm, Leak>) {
    this.finder = new KeyFinder([...leaks.keys()], true);
    this.#leaks = leaks;
  }

  /** @param form as the finder gave it */
  leakOf(form: KeyForm | null): Leak | undefined {
    return form === null ? undefined : this.#leaks.get(form);
  }
}

export interface SearchScope {
  readonly known: readonly KnownPlaceholder[];
  readonly secrets: readonly KnownSecret[];
  /** Bound at the host of the request. */
  readonly here: readonly ConnectionRef[];
  /** false: a place of a connection bound here stands in the body, so its own key may. */
  readonly findsHomeKeys: boolean;
}

const searches = new WeakMap<readonly KnownPlaceholder[], WeakMap<readonly KnownSecret[], Map<string, LeakSearch | null>>>();

/** null: there is nothing to look for. */
export function leakSearch(scope: SearchScope): LeakSearch | null {
  const { known, secrets, here, findsHomeKeys } = scope;
  const bySecrets = searches.get(known) ?? new WeakMap<readonly KnownSecret[], Map<string, LeakSearch | null>>();
  searches.set(known, bySecrets);
  const byHere = bySecrets.get(secrets) ?? new Map<string, LeakSearch | null>();
  bySecrets.set(secrets, byHere);
  let name = findsHomeKeys ? "all" : "foreign";
  for (const { provider, name: connection } of here) name += ` ${provider}/${connection}`;
  const before = byHere.get(name);
  if (before !== undefined) return before;
  const leaks = collect(scope);
  const search = leaks.size === 0 ? null : new LeakSearch(leaks);
  byHere.set(name, search);
  return search;
}

function collect({ known, secrets, here, findsHomeKeys }: SearchScope): Map<KeyForm, Leak> {
  const isHome = (owner: ConnectionRef): boolean => here.some(({ provider, name }) => provider === owner.provider && name === owner.name);
  const leaks = new Map<KeyForm, Leak>();
  for (const { text, owner } of known) {
    if (!isHome(owner)) for (const form of sentFormsOf(text)) leaks.set(form, { kind: "placeholder", owner, isHome: false });
  }
  // One key may be stored for several connections: it is at home where one of them is.
  const homes = secrets.filter(({ owner }) => isHome(owner));
  for (const { secret, owner } of secrets) {
    if (secret.length < MIN_KEY_CHARACTERS) continue;
    const home = homes.find((other) => other.secret === secret || other.secret.equals(secret));
    if (home !== undefined && !findsHomeKeys) continue;
    for (const form of sentForms(secret)) leaks.set(form, { kind: "key", owner: home?.owner ?? owner, isHome: home !== undefined });
  }
  return leaks;
}

/** @param host where it was on its way to */
export function leakError({ kind, owner }: Leak, host: string): KeywardError {
  const what = `${owner.provider} (${owner.name})`;
  const detail = { provider: owner.provider, connection: owner.name, host };
  if (kind === "placeholder") {
    return new KeywardError(
      "PLACEHOLDER_LEAK",
      `the placeholder of ${what} was on its way to ${host}, which this run does not bind it to`,
      {
        detail,
      },
    );
  }
  return new KeywardError("KEY_LEAK", `the real key of ${what} was on its way to ${host}, sent by the program itself`, {
    hint: `find out where the program has it from, then replace it: keyward login ${owner.provider} --connection ${owner.name} --force`,
    detail,
  });
}
