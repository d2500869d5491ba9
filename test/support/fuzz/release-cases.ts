// Generated requests that want a credential, and an oracle that says by itself which of them may have one.
// Every spelling carries what it means, as the generator intends it: the oracle reads those labels and calls nothing of the proxy.
import fc from "fast-check";

export interface Spelled {
  readonly text: string;
  /** null: no honest spelling of anything; it has to be refused. */
  readonly means: string | null;
}

/** api.acme.test: both runs, each with a key of its own · *.wild.test: the first run · evil.test: nobody. */
export const ACME = "api.acme.test";
export const WILD = "one.wild.test";
export const BAD_CERTIFICATE = "bad-certificate.test";
export const INSIDE = "inside.test";
export const EVIL = "evil.test";
const HOSTS = [ACME, ACME, ACME, WILD, BAD_CERTIFICATE, INSIDE, EVIL];

const ODD: readonly ((host: string) => Spelled)[] = [
  (host) => ({ text: host.toUpperCase(), means: host }),
  (host) => ({ text: `${host}.`, means: host }),
  (host) => ({ text: `${host}..`, means: null }),
  (host) => ({ text: `.${host}`, means: null }),
  (host) => ({ text: `${host}%00.evil.test`, means: null }),
  (host) => ({ text: `${host}%2eevil.test`, means: null }),
  (host) => ({ text: `user@${host}`, means: null }),
  (host) => ({ text: `${host}@evil.test`, means: null }),
  (host) => ({ text: host.replaceAll(".", "\u3002"), means: null }),
  (host) => ({ text: host.replace("t", "\u00adt"), means: null }),
  (host) => ({ text: host.replace("e", "\u0435"), means: null }),
  (host) => ({ text: `[${host}]`, means: null }),
  (host) => ({ text: `${host}\\`, means: null }),
  (host) => ({ text: `${host}/`, means: null }),
  (host) => ({ text: `${host}#`, means: null }),
  (host) => ({ text: host.replace(".", " "), means: null }),
  (host) => ({ text: "", means: host === "" ? "" : null }),
  (host) => ({ text: `evil${host}`, means: `evil${host}` }),
  (host) => ({ text: `${host}.evil.test`, means: `${host}.evil.test` }),
  (host) => ({ text: `a.${host}`, means: `a.${host}` }),
  (host) => ({ text: host.slice(host.indexOf(".") + 1), means: host.slice(host.indexOf(".") + 1) }),
  (host) => ({ text: host.replace(".", "-"), means: host.replace(".", "-") }),
  (host) => ({ text: `xn--${host.replace(".", "-")}`, means: `xn--${host.replace(".", "-")}` }),
  () => ({ text: "127.0.0.1", means: "127.0.0.1" }),
  () => ({ text: "127.1", means: null }),
  () => ({ text: "0x7f.1", means: null }),
  () => ({ text: "2130706433", means: null }),
];

const PORTS: readonly Spelled[] = [
  { text: ":443", means: "443" },
  { text: ":8443", means: "8443" },
  { text: ":80", means: "80" },
  { text: ":0443", means: null },
  { text: ":+443", means: null },
  { text: ":443:80", means: null },
  { text: ":65979", means: null },
  { text: ":0", means: null },
  { text: ":", means: null },
  { text: ": 443", means: null },
];

const hostSpelling = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...HOSTS).map((host): Spelled => ({ text: host, means: host })) },
  { weight: 3, arbitrary: fc.tuple(fc.constantFrom(...HOSTS), fc.constantFrom(...ODD)).map(([host, spell]) => spell(host)) },
);

/** `host:port`; without a port it means 443 where `hasDefault`. */
function authoritySpelling(hasDefault: boolean): fc.Arbitrary<Spelled> {
  const none: Spelled = { text: "", means: hasDefault ? "443" : null };
  const port = fc.oneof(
    { weight: 8, arbitrary: fc.constant(hasDefault ? none : { text: ":443", means: "443" }) },
    { weight: 2, arbitrary: fc.constantFrom(...PORTS) },
    { weight: 1, arbitrary: fc.constant(none) },
  );
  return fc.tuple(hostSpelling, port).map(([host, at]) => ({
    text: host.text + at.text,
    means: host.means === null || host.means === "" || at.means === null ? null : `${host.means}:${at.means}`,
  }));
}

export type RunName = "one" | "two" | "ended" | "wrong-token";
/** Where the child puts what: `slot` is the declared one, in its declared form. */
export type Placement =
  | "slot"
  | "lower-case-slot"
  | "none"
  | "misformed"
  | "own"
  | "other-header"
  | "query"
  | "cookie"
  | "path"
  | "body"
  | "twice";

export interface ReleaseCase {
  readonly run: RunName;
  readonly connect: Spelled;
  /** null: as CONNECT says. */
  readonly sni: Spelled | null;
  /** null: as CONNECT says. */
  readonly host: Spelled | null;
  readonly secondHost: boolean;
  readonly method: string;
  readonly target: { readonly text: string; readonly isOriginForm: boolean };
  readonly framing: { readonly fields: readonly string[]; readonly body: string; readonly isSound: boolean };
  readonly placement: Placement;
  /** Whose placeholder it is; for a host that has several. */
  readonly shows: "one" | "two" | "wild";
  readonly isRecorded: boolean;
  /** The answer is a redirect: to be told, never followed. */
  readonly redirects: boolean;
}

const sometimes = <T>(usual: T, weight: number, rare: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: rare });

const SOUND = { fields: [], body: "", isSound: true };
const FRAMINGS: readonly ReleaseCase["framing"][] = [
  { fields: ["Content-Length", "2"], body: "ok", isSound: true },
  { fields: ["Transfer-Encoding", "chunked"], body: "2\r\nok\r\n0\r\n\r\n", isSound: true },
  { fields: ["Content-Length", "2", "Transfer-Encoding", "chunked"], body: "2\r\nok\r\n0\r\n\r\n", isSound: false },
  { fields: ["Content-Length", "2", "Content-Length", "2"], body: "ok", isSound: false },
  { fields: ["Content-Length", "+2"], body: "ok", isSound: false },
  { fields: ["Content-Length", "0x2"], body: "ok", isSound: false },
  { fields: ["Transfer-Encoding", "chunked, identity"], body: "2\r\nok\r\n0\r\n\r\n", isSound: false },
  { fields: ["Transfer-Encoding", "xchunked"], body: "ok", isSound: false },
];
const TARGETS: readonly ReleaseCase["target"][] = [
  { text: `https://${EVIL}/`, isOriginForm: false },
  { text: `https://${ACME}/`, isOriginForm: false },
  { text: "*", isOriginForm: false },
  { text: `${EVIL}:443`, isOriginForm: false },
  { text: "/a#b", isOriginForm: false },
];
const PLACEMENTS: readonly Placement[] = [
  "lower-case-slot",
  "none",
  "misformed",
  "own",
  "other-header",
  "query",
  "cookie",
  "path",
  "body",
  "twice",
];

export const releaseCase: fc.Arbitrary<ReleaseCase> = fc.record({
  run: fc.oneof(
    { weight: 3, arbitrary: fc.constant<RunName>("one") },
    { weight: 2, arbitrary: fc.constantFrom<RunName>("one", "two", "ended", "wrong-token") },
  ),
  connect: authoritySpelling(false),
  sni: sometimes<Spelled | null>(null, 6, hostSpelling),
  host: sometimes<Spelled | null>(null, 3, authoritySpelling(true)),
  secondHost: sometimes(false, 20, fc.constant(true)),
  method: sometimes("GET", 3, fc.constantFrom("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "TRACK", "CONNECT")),
  target: sometimes({ text: "/v1?x=1", isOriginForm: true }, 6, fc.constantFrom(...TARGETS)),
  framing: sometimes(SOUND, 3, fc.constantFrom(...FRAMINGS)),
  placement: sometimes<Placement>("slot", 1, fc.constantFrom(...PLACEMENTS)),
  shows: fc.oneof(
    { weight: 3, arbitrary: fc.constant("one" as const) },
    { weight: 2, arbitrary: fc.constantFrom("one" as const, "two" as const, "wild" as const) },
  ),
  isRecorded: sometimes(true, 15, fc.constant(false)),
  redirects: fc.boolean(),
});

/** Which key the run's grant has for a host and port. */
function granted(run: RunName, at: string): "one" | "two" | "wild" | null {
  if (run !== "one" && run !== "two") return null;
  if (at === `${ACME}:443`) return run;
  return run === "one" && /^[a-z0-9-]+\.wild\.test:443$/.test(at) ? "wild" : null;
}

/** Which key must arrive, and where; null: none anywhere. */
export function mayArrive(asked: ReleaseCase): "one" | "two" | "wild" | null {
  const { connect, placement } = asked;
  const key = connect.means === null ? null : granted(asked.run, connect.means);
  if (key === null || !asked.isRecorded) return null;
  if (asked.sni !== null && asked.sni.means !== connect.means?.split(":")[0]) return null;
  if ((asked.host !== null && asked.host.means !== connect.means) || asked.secondHost) return null;
  if (["TRACE", "TRACK", "CONNECT"].includes(asked.method) || !asked.target.isOriginForm || !asked.framing.isSound) return null;
  if (placement === "none") return key;
  if (placement === "own" || placement === "misformed" || placement === "twice") return null;
  // A placeholder of another connection is a leak wherever it stands. The own one in another place is no matter: the slot is filled.
  return asked.shows === key ? key : null;
}
