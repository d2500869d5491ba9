// A generated case through the proxy's own steps without sockets, up to the head that would be written; the function that lets a
// credential go comes from outside, so that a test can give one with a bug in it.
import type { Credential } from "../../../src/core/connection.ts";
import { KeywardError } from "../../../src/core/errors.ts";
import { toFreshened } from "../../../src/core/exchange.ts";
import { parseAuthority } from "../../../src/core/host.ts";
import { matchPlaces } from "../../../src/providers/match.ts";
import type { TunnelContext } from "../../../src/proxy/pipeline.ts";
import type { KnownPlaceholder } from "../../../src/proxy/ports.ts";
import { Claim } from "../../../src/proxy/release/claim.ts";
import type { mayRelease, Way } from "../../../src/proxy/release/may-release.ts";
import { SealedRequest } from "../../../src/proxy/release/sealed-request.ts";
import { inject } from "../../../src/proxy/steps/inject.ts";
import { match } from "../../../src/proxy/steps/match.ts";
import { pick } from "../../../src/proxy/steps/pick.ts";
import { receive } from "../../../src/proxy/steps/receive.ts";
import { route } from "../../../src/proxy/steps/route.ts";
import { makeConnection, makeProvider, type RigConnection } from "../proxy-rig.ts";
import { ACME, BAD_CERTIFICATE, INSIDE, type ReleaseCase } from "./release-cases.ts";
import { fieldsOf, targetOf } from "./release-request.ts";

export interface Keys {
  readonly one: RigConnection;
  readonly two: RigConnection;
  readonly wild: RigConnection;
  /** Bound to hosts where a release must fail at the last moment. */
  readonly doomed: readonly RigConnection[];
}

export function makeKeys(): Keys {
  const places = [[{ in: "header", name: "Authorization", templates: ["Bearer {key}"] }]];
  const at = (id: string, host: string) => makeProvider({ id, endpoints: [{ host }], inject: places });
  const acme = at("acme", ACME);
  return {
    one: makeConnection(acme),
    two: makeConnection(acme, { name: "work" }),
    wild: makeConnection(at("wild", "*.wild.test")),
    doomed: [makeConnection(at("bad", BAD_CERTIFICATE)), makeConnection(at("inside", INSIDE))],
  };
}

export function keyText({ secrets }: RigConnection): string {
  return secrets["key"] ?? "";
}

export function placeholderText({ binding }: RigConnection): string {
  return binding.placeholders["key"] ?? "";
}

const NO_SECRETS: readonly never[] = [];
const knownByKeys = new WeakMap<Keys, readonly KnownPlaceholder[]>();

/** The same array every time: who searches for them keeps what it made as long as it is. */
function knownTo(keys: Keys): readonly KnownPlaceholder[] {
  const before = knownByKeys.get(keys);
  if (before !== undefined) return before;
  const all = [keys.one, keys.two, keys.wild, ...keys.doomed];
  const known = all.map((connection) => ({ text: placeholderText(connection), owner: connection.binding }));
  knownByKeys.set(keys, known);
  return known;
}

/** What can go wrong behind the decision: facts of the upstream connection, and what ends meanwhile. */
export interface LastMoment {
  readonly way?: Partial<Way>;
  readonly isRunGone?: boolean;
  readonly isLoggedOut?: boolean;
}

/** Which key would be written to which host; null: none. */
export function leaves(
  keys: Keys,
  asked: ReleaseCase,
  options: { readonly release: typeof mayRelease; readonly last: LastMoment },
): { key: string; host: string } | null {
  const own = asked.run === "two" ? [keys.two] : [keys.one, keys.wild, ...keys.doomed];
  const all = [keys.one, keys.two, keys.wild, ...keys.doomed];
  let isLate = false;
  const bindings = () =>
    own.map(({ binding }) => (isLate && options.last.isLoggedOut === true ? { ...binding, connection: null } : binding));
  const run = { id: asked.run, layers: [], bindings, countRequest: () => undefined };
  // Who is asked for the token is admission's matter; here its answer is taken.
  if (asked.run === "wrong-token") return null;
  try {
    const authority = parseAuthority(asked.connect.text);
    if (authority === null || route(authority, run) === "tunnel") return null;
    const tunnel = { runId: run.id, authority, scheme: "https" } as const;
    const shown = placeholderText(keys[asked.shows]);
    const head = { method: asked.method, target: targetOf(asked, shown), httpVersion: "1.1", headers: fieldsOf(asked, shown) };
    const received = receive(head, { tunnel, requestId: "req", startedAtMs: 0 });
    const known = knownTo(keys);
    const picked = pick(match(received, { run, known, secrets: NO_SECRETS, matchPlaces }), run.bindings());
    if (picked.choice === null) return null;
    const { connection } = picked.choice;
    const credential = all.find(({ binding }) => binding.connection?.id === connection.id)?.credential as Credential;
    const freshened = toFreshened(picked, picked.choice, credential);
    const { outgoing, slot } = inject(freshened);
    const serverName = asked.sni === null ? authority.host : asked.sni.text;
    const context = {
      tunnel,
      arrival: "tunnel",
      serverName,
      run,
      ports: { isRunLive: () => asked.run !== "ended" && options.last.isRunGone !== true },
    };
    const owner = `${run.id} ${connection.id}`;
    const claim = new Claim(freshened, context as unknown as TunnelContext, { owner, isRecorded: asked.isRecorded, slot: slot ?? "other" });
    const isBad = authority.host === BAD_CERTIFICATE;
    const way: Way = {
      owner,
      authority,
      scheme: "https",
      verifiedFor: isBad ? null : authority.host,
      isAddressPermitted: authority.host !== INSIDE,
      ...options.last.way,
    };
    isLate = true;
    const sealed = new SealedRequest(claim, { outgoing, rewriters: [], body: null });
    const written = JSON.stringify(sealed.head(options.release(claim, way)));
    const key = all.map(keyText).find((text) => written.includes(text));
    return key === undefined ? null : { key, host: way.authority.host };
  } catch (error) {
    if (error instanceof KeywardError) return null;
    throw error;
  }
}
