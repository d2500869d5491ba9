// How a daemon, a command or a gateway speaks to a hub: verified TLS, JSON, several addresses of one hub tried in turn.
// In: a request. Out: status and body. A redirect is refused: a token goes to the origin it belongs to and nowhere else.
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { type ErrorCode, ERRORS } from "../../core/error-table.ts";
import { KeywardError, systemCode } from "../../core/errors.ts";

export interface HubRequest {
  readonly method: string;
  /** `/v1/me`. */
  readonly path: string;
  readonly token?: string | undefined;
  /** JSON, unless it is URLSearchParams: a form. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** From the first byte to the last of the answer: one that drips does not hold anyone longer. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface HubResponse {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

export interface HubClientOptions {
  /** Origins of one hub; the first that answers is used, and tried first from then on. */
  readonly urls: readonly [string, ...string[]];
  /** PEM roots beside Node's own. */
  readonly roots?: string | readonly string[] | undefined;
}

export interface HubClient {
  /** The answer, whatever its status. @throws HUB_UNREACHABLE, HUB_INSECURE */
  send(request: HubRequest): Promise<HubResponse>;
}

const TIMEOUT_MS = 15_000;
const MAX_BODY_BYTES = 8 * 1_024 * 1_024;

export function createHubClient({ urls, roots }: HubClientOptions): HubClient {
  let order: readonly string[] = urls;
  return {
    send: async (request) => {
      let failure: unknown;
      let unready: HubResponse | undefined;
      for (const url of order) {
        try {
          const response = await sendOnce(url, request, roots);
          if (response.status !== 503) {
            order = [url, ...order.filter((each) => each !== url)];
            return response;
          }
          unready ??= response;
        } catch (error) {
          if (request.signal?.aborted === true || (error instanceof KeywardError && error.code !== "HUB_UNREACHABLE")) throw error;
          failure = error;
        }
      }
      // What a replica says of itself tells more than the silence of another.
      if (unready !== undefined) return unready;
      throw failure;
    },
  };
}

function sendOnce(url: string, request: HubRequest, roots: HubClientOptions["roots"]): Promise<HubResponse> {
  const target = new URL(request.path, url);
  const isForm = request.body instanceof URLSearchParams;
  const body = request.body === undefined ? undefined : isForm ? String(request.body) : JSON.stringify(request.body);
  const headers = {
    accept: "application/json",
    ...(request.token === undefined ? {} : { authorization: `Bearer ${request.token}` }),
    ...(body === undefined
      ? {}
      : {
          "content-type": isForm ? "application/x-www-form-urlencoded" : "application/json",
          "content-length": String(Buffer.byteLength(body)),
        }),
    ...request.headers,
  };
  const failed = (error: unknown): KeywardError =>
    error instanceof KeywardError ? error : unreachable(url, systemCode(error) ?? "unknown reason");
  return new Promise((resolve, reject) => {
    const send = target.protocol === "https:" ? httpsRequest : httpRequest;
    const options = { method: request.method, headers, signal: request.signal };
    const call = send(
      target,
      { ...options, ...(roots === undefined ? {} : { ca: roots as string[] }), rejectUnauthorized: true },
      (response) => {
        readBody(response).then(
          (read) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: read }),
          (error: unknown) => reject(failed(error)),
        );
      },
    );
    const timer = setTimeout(() => {
      reject(unreachable(url, "ETIMEDOUT"));
      call.destroy();
    }, request.timeoutMs ?? TIMEOUT_MS);
    call.on("close", () => clearTimeout(timer));
    call.on("error", (error) => {
      const isStale = call.reusedSocket && isRepeatable(request) && ["ECONNRESET", "EPIPE"].includes(systemCode(error) ?? "");
      if (isStale) resolve(sendOnce(url, request, roots));
      else reject(failed(error));
    });
    call.end(body);
  });
}

/** A kept connection may be closed by the hub, or by what stands before it, just as it is used again (RFC 9110 §9.2.2, RFC 9112 §9.5). */
function isRepeatable({ method, headers }: HubRequest): boolean {
  return method === "GET" || headers?.["idempotency-key"] !== undefined;
}

async function readBody(response: IncomingMessage): Promise<unknown> {
  const status = response.statusCode ?? 0;
  if (status >= 300 && status < 400 && status !== 304) {
    response.destroy();
    throw new KeywardError("HUB_UNREACHABLE", "the address sends elsewhere, and a token does not follow", {
      hint: "give the hub's own address",
    });
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += (chunk as Buffer).length;
    if (size > MAX_BODY_BYTES) throw new KeywardError("HUB_UNREACHABLE", "the address answers with more than a hub does");
    chunks.push(chunk as Buffer);
  }
  const text = Buffer.concat(chunks).toString();
  if (text === "") return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new KeywardError("HUB_UNREACHABLE", "the address does not answer as a hub does", { hint: "check the address" });
  }
}

interface Fault {
  readonly codes: RegExp;
  /** Put before and after the address. */
  readonly says: readonly [string, string];
  readonly hint: string;
}

/** The first that fits. What only the hub's owner can mend is not answered with trusting more. */
const FAULTS: readonly Fault[] = [
  {
    codes: /^ERR_TLS_CERT_ALTNAME/,
    says: ["the certificate of", "is for another name"],
    hint: "use the name that the certificate is for",
  },
  {
    codes: /^CERT_HAS_EXPIRED$/,
    says: ["the certificate of", "has expired"],
    hint: "have it renewed, and look at this machine's clock",
  },
  { codes: /^CERT_NOT_YET_VALID$/, says: ["the certificate of", "is not valid yet"], hint: "look at this machine's clock" },
  {
    codes: /CERT|SELF_SIGNED|UNABLE_TO/,
    says: ["the certificate of", "is not trusted"],
    hint: "keyward config set upstream.ca_file /path/to/roots.pem",
  },
  { codes: /^EPROTO$|SSL|TLS/, says: ["what answers at", "does not speak TLS"], hint: "check the address" },
  { codes: /^/, says: ["the hub at", "does not answer"], hint: "try again, or check the address" },
];

function unreachable(url: string, code: string): KeywardError {
  const fault = FAULTS.find(({ codes }) => codes.test(code));
  const [before, after] = fault?.says ?? [];
  return new KeywardError("HUB_UNREACHABLE", `${before} ${url} ${after} (${code})`, { hint: fault?.hint });
}

const MAX_TEXT_CHARS = 300;
/** Commands about the hub itself. Programs type what they are told as the next step, and a hub must not have them run or reveal something. */
const STEP = /^keyward (?:auth|hub|tenant|token|vault put|workspace)(?: [\w<>./:=-]+)+$/;

/** What a hub refused, as an error here; its message is shown, for it is written like ours. A code that is no hub's is none. */
export function toHubFailure({ status, body }: HubResponse): KeywardError {
  const error = (body as { error?: { code?: string; message?: string; next_steps?: readonly { command: string }[]; path?: string } } | null)
    ?.error;
  if (typeof error !== "object" || error === null || !isHubCode(error.code)) {
    return new KeywardError("HUB_UNREACHABLE", `the hub answered ${status} without saying why`);
  }
  const known = KeywardError.fromBody({
    code: error.code,
    message: textOf(error.message),
    hint: stepOf(error.next_steps?.[0]?.command),
  });
  const { code, message, hint } = known;
  return new KeywardError(code, message, { hint: hint === "" ? undefined : hint, detail: { status } });
}

function stepOf(command: unknown): string {
  const text = textOf(command);
  return STEP.test(text) ? text : "";
}

function isHubCode(code: unknown): code is ErrorCode {
  return typeof code === "string" && code.startsWith("HUB_") && Object.hasOwn(ERRORS, code);
}

function textOf(text: unknown): string {
  return typeof text === "string" ? text.replaceAll(/\s+/g, " ").slice(0, MAX_TEXT_CHARS) : "";
}
