// Does a provider know this key? Asked with the one request its bundled definition declares, and the key is kept nowhere.
// In: a provider's id and a key. Out: a verdict in words. It goes to the host of the bundled definition alone, over verified TLS,
// follows no redirect, and repeats nothing of the answer. Definitions of a tenant are never asked: they could name any host.
import { request as httpsRequest } from "node:https";
import { fileURLToPath } from "node:url";
import type { Authority } from "../../core/host.ts";
import { BundledDefinitions } from "../../providers/bundled.ts";
import { type CheckedAnswer, judgeAnswer, type Verdict } from "../../providers/login/judge-answer.ts";
import type { Verify } from "../../providers/login/verify-schema.ts";
import { verifyTarget } from "../../providers/login/verify-target.ts";
import type { Place, Provider } from "../../providers/schema.ts";

/** `unsupported`: the definition declares no check, or none that one key can be sent with. */
export type Probed = Verdict | { readonly outcome: "unsupported"; readonly status: null; readonly reason: string };

export interface ProbeRequest {
  readonly authority: Authority;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** How the request leaves; a test gives its own. */
export type ProbeSend = (request: ProbeRequest, signal: AbortSignal) => Promise<CheckedAnswer>;

export interface Probe {
  /** Null: there is no bundled definition of this name. */
  (providerId: string, key: string, signal: AbortSignal): Promise<Probed | null>;
}

const TIMEOUT_MS = 8_000;
const MAX_ANSWER_BYTES = 256 * 1_024;
const BUNDLED = fileURLToPath(new URL("../../../providers", import.meta.url));

export function createProbe(send: ProbeSend = sendOnce): Probe {
  const definitions = new BundledDefinitions(BUNDLED);
  return async (providerId, key, signal) => {
    const provider = definitions.get(providerId);
    if (provider === null) return null;
    const request = prepare(provider, key);
    if (request === null || provider.verify === undefined) {
      return { outcome: "unsupported", status: null, reason: "the definition declares no check that a single key can be sent with" };
    }
    try {
      return judgeAnswer(provider.verify, await send(request, AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])));
    } catch {
      return { outcome: "unknown", status: null, reason: `${request.authority.host} cannot be reached` };
    }
  };
}

function prepare(provider: Provider, key: string): ProbeRequest | null {
  const { verify, fields } = provider;
  const target = verify === undefined ? null : verifyTarget(provider, null);
  const needed = fields.filter((field) => !field.optional);
  const [only] = needed;
  if (verify === undefined || target === null || only === undefined || needed.length !== 1) return null;
  const bare: ProbeRequest = {
    authority: target.authority,
    method: verify.method,
    path: verify.path,
    headers: { "user-agent": "keyward", accept: "application/json", ...lowerCased(verify.headers) },
    body: verify.body ?? null,
  };
  const filled = target.places.map((places) => fillAll(places, bare, { name: only.name, key }));
  return filled.find((request) => request !== null) ?? null;
}

function lowerCased(headers: Verify["headers"]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

interface Given {
  readonly name: string;
  readonly key: string;
}

/** Null: one of the places is of a kind, or needs a field, that one key does not fill. */
function fillAll(places: readonly Place[], request: ProbeRequest, given: Given): ProbeRequest | null {
  return places.reduce<ProbeRequest | null>((filled, place) => (filled === null ? null : fill(place, filled, given)), request);
}

function fill(place: Place, request: ProbeRequest, given: Given): ProbeRequest | null {
  const withHeader = (name: string, value: string | null): ProbeRequest | null =>
    value === null ? null : { ...request, headers: { ...request.headers, [name.toLowerCase()]: value } };
  if (place.in === "header") return withHeader(place.name, render(place.templates[0] ?? "", given));
  if (place.in === "basic") {
    const [user, password] = [render(place.username, given), render(place.password, given)];
    return user === null || password === null
      ? null
      : withHeader("authorization", `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`);
  }
  if (place.in !== "query") return null;
  const value = render(place.template, given);
  const mark = request.path.includes("?") ? "&" : "?";
  return value === null ? null : { ...request, path: `${request.path}${mark}${place.name}=${encodeURIComponent(value)}` };
}

/** Null when it needs another field than the one that is given. */
function render(template: string, { name, key }: Given): string | null {
  const text = template.replaceAll(`{${name}}`, () => key);
  return /\{[a-z][a-z0-9_]*\}/.test(template.replaceAll(`{${name}}`, "")) ? null : text;
}

function sendOnce({ authority, method, path, headers, body }: ProbeRequest, signal: AbortSignal): Promise<CheckedAnswer> {
  return new Promise((resolve, reject) => {
    const call = httpsRequest({ host: authority.host, port: authority.port, method, path, headers, signal }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size <= MAX_ANSWER_BYTES) chunks.push(chunk);
        else response.destroy();
      });
      response.on("error", reject);
      response.on("close", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.rawHeaders,
          body: Buffer.concat(chunks),
          isCut: !response.complete,
        }),
      );
    });
    call.on("error", reject);
    call.end(body ?? undefined);
  });
}
