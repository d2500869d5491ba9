// Asks a provider whether it knows a credential that is about to be stored: the one request its definition declares.
// In: the definition, the fields, the hosts that will be bound. Out: a verdict in words. The credential goes to a host that will be
// bound, through the proxy's own dialling and verified TLS, and nowhere else; nothing of the answer is repeated.
import type { Origin } from "../../core/connection.ts";
import { type KeywardError, toKeywardError } from "../../core/errors.ts";
import type { Outgoing } from "../../core/exchange.ts";
import { type Authority, formatAuthority, hostMatches } from "../../core/host.ts";
import type { SecretFields } from "../../core/secret.ts";
import type { Provider } from "../../providers/schema.ts";
import type { Verify } from "../../providers/login/verify-schema.ts";
import { verifyTarget } from "../../providers/login/verify-target.ts";
import { canFill, fillSlot } from "../../proxy/inject/kinds.ts";
import { canWrite } from "../../proxy/inject/place-fields.ts";
import type { Dialler } from "../../proxy/upstream/dial.ts";
import { requestOnce } from "../../proxy/upstream/request-once.ts";
import { judgeAnswer, type Verdict } from "../../providers/login/judge-answer.ts";

export interface Candidate {
  readonly provider: Provider;
  readonly fields: SecretFields;
  readonly origins: readonly Origin[];
  /** The host that was given for {tenant}, as authority text. */
  readonly host: string | null;
}

export interface VerifyPorts {
  dialler(): Dialler;
  /** Called with the request as it will leave, before it does. */
  onRelease(request: { readonly method: string; readonly authority: Authority; readonly path: string }): Promise<void>;
}

/** A person waits for it. */
const TIMEOUT_MS = 8_000;
const MAX_ANSWER_BYTES = 256 * 1024;

/** null: the definition declares no check, or none that these fields can be sent with. */
export async function verifyCredential(candidate: Candidate, ports: VerifyPorts): Promise<Verdict | null> {
  const { verify } = candidate.provider;
  const prepared = verify === undefined ? null : prepare(candidate, verify);
  if (verify === undefined || prepared === null) return null;
  const { authority, outgoing } = prepared;
  await ports.onRelease({ method: verify.method, authority, path: verify.path.split("?", 1)[0] ?? "/" });
  try {
    const answer = await requestOnce({
      outgoing,
      body: verify.body ?? null,
      authority,
      dialler: ports.dialler(),
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_ANSWER_BYTES,
    });
    return judgeAnswer(verify, answer);
  } catch (error) {
    return { outcome: "unknown", status: null, reason: unreachable(authority, toKeywardError(error)) };
  }
}

function prepare(candidate: Candidate, verify: Verify): { authority: Authority; outgoing: Outgoing } | null {
  const target = verifyTarget(candidate.provider, candidate.host);
  const isBound =
    target !== null &&
    candidate.origins.some(({ host, port }) => port === target.authority.port && hostMatches(host, target.authority.host));
  if (target === null || !isBound) return null;
  const has = (field: string): boolean => Object.hasOwn(candidate.fields, field);
  const places = target.places.map((all) => all.filter((place) => canFill(place) && canWrite(place, has))).find((all) => all.length > 0);
  if (places === undefined) return null;
  const bare: Outgoing = { method: verify.method, target: verify.path, headers: ["User-Agent", "keyward", ...acceptHeaders(verify)] };
  return { authority: target.authority, outgoing: places.reduce((head, place) => fillSlot(place, head, candidate.fields), bare) };
}

function acceptHeaders({ headers, body }: Verify): string[] {
  const declared = Object.entries(headers);
  const names = new Set(declared.map(([name]) => name.toLowerCase()));
  const defaults = [["Accept", "application/json"], ...(body === undefined ? [] : [["Content-Type", "application/json"]])];
  return [...defaults.filter(([name = ""]) => !names.has(name.toLowerCase())), ...declared].flat();
}

function unreachable(authority: Authority, { code }: KeywardError): string {
  const why = code === "UPSTREAM_TIMEOUT" ? "did not answer in time" : `cannot be reached (${code})`;
  return `${formatAuthority(authority)} ${why}`;
}
