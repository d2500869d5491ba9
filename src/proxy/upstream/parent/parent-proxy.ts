// The way out through a parent proxy (`upstream.proxy`, or the user's HTTPS_PROXY): CONNECT over http or https, with its own credentials.
// In: the proxy and the target. Out: a socket on which the target answers. What the proxy says in words is not repeated, its URL never.
import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { KeywardError, systemCode, toKeywardError } from "../../../core/errors.ts";
import { type Authority, canonicalHost, formatAuthority } from "../../../core/host.ts";
import type { DialSettings, ParentProxy } from "../../ports.ts";
import { isIP } from "node:net";
import { refuseAddress } from "../address-filter.ts";
import { openTcp } from "../open-tcp.ts";
import { lookUp } from "../resolve.ts";

const HEAD_LIMIT_BYTES = 16_384;
const ANSWER_TIMEOUT_MS = 30_000;

/** @throws UPSTREAM_PROXY, TARGET_FORBIDDEN for a literal address that may not be dialled */
export async function connectThroughProxy(parent: ParentProxy, target: Authority, settings: DialSettings): Promise<Socket> {
  const proxy = readUrl(parent);
  const kind = isIP(target.host) === 0 ? null : refuseAddress(target.host, settings.allow);
  if (kind !== null) throw new KeywardError("TARGET_FORBIDDEN", `${formatAuthority(target)} is at a ${kind} address`);
  const socket = await reachProxy(proxy, { parent, settings });
  socket.write(connectRequest(proxy, target));
  const { status, rest } = await readAnswer(socket, parent);
  if (status !== 200) {
    socket.destroy();
    const what = status === 407 ? "asks for other credentials" : `refused to connect to ${formatAuthority(target)} (${status})`;
    throw proxyError(parent, what);
  }
  if (rest.length > 0) socket.unshift(rest);
  return socket;
}

function readUrl(parent: ParentProxy): URL {
  const text = parent.url.reveal();
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && (url.protocol === "http:" || url.protocol === "https:")) return url;
  throw proxyError(parent, "is not an http:// or https:// URL");
}

interface Way {
  readonly parent: ParentProxy;
  readonly settings: DialSettings;
}

async function reachProxy(proxy: URL, { parent, settings }: Way): Promise<Socket> {
  const host = canonicalHost(proxy.hostname);
  if (host === null) throw proxyError(parent, "has a host that is not plain");
  const isTls = proxy.protocol === "https:";
  const authority = { host, port: proxy.port === "" ? (isTls ? 443 : 80) : Number(proxy.port) };
  try {
    const plain = await openTcp({ addresses: await lookUp(host), port: authority.port }, authority);
    return isTls ? await secure(plain, host, settings) : plain;
  } catch (error) {
    const { message } = toKeywardError(error);
    throw proxyError(
      parent,
      `cannot be reached${error instanceof KeywardError ? `: ${message}` : ` (${systemCode(error) ?? "TLS failed"})`}`,
      error,
    );
  }
}

function secure(socket: Socket, host: string, settings: DialSettings): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const options = { socket, ...(isIP(host) === 0 ? { servername: host } : {}), minVersion: "TLSv1.2" as const, rejectUnauthorized: true };
    const secured = connectTls({ ...options, ...(settings.roots === undefined ? {} : { ca: settings.roots as string | string[] }) });
    secured.once("error", reject);
    secured.once("secureConnect", () => {
      secured.off("error", reject);
      resolve(secured);
    });
  });
}

function connectRequest(proxy: URL, target: Authority): string {
  const authority = formatAuthority(target, -1);
  const credentials = `${decode(proxy.username)}:${decode(proxy.password)}`;
  const authorization = credentials === ":" ? "" : `Proxy-Authorization: Basic ${Buffer.from(credentials).toString("base64")}\r\n`;
  return `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${authorization}\r\n`;
}

/** A stray `%` in a password is meant as it stands. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readAnswer(socket: Socket, parent: ParentProxy): Promise<{ status: number; rest: Buffer }> {
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    const timer = setTimeout(() => finish(proxyError(parent, "did not answer")), ANSWER_TIMEOUT_MS);
    const onData = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf("\r\n\r\n");
      if (end < 0 && head.length <= HEAD_LIMIT_BYTES) return;
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(head.toString("latin1", 0, 64))?.[1];
      if (end < 0 || status === undefined) finish(proxyError(parent, "did not answer in HTTP"));
      else finish(null, { status: Number(status), rest: head.subarray(end + 4) });
    };
    const onEnd = (): void => finish(proxyError(parent, "closed the connection"));
    const finish = (error: KeywardError | null, answer?: { status: number; rest: Buffer }): void => {
      clearTimeout(timer);
      socket.off("data", onData).off("end", onEnd).off("error", onEnd);
      socket.pause();
      if (error === null && answer !== undefined) return resolve(answer);
      socket.destroy();
      reject(error);
    };
    socket.on("data", onData).on("end", onEnd).on("error", onEnd);
  });
}

function proxyError({ source }: ParentProxy, what: string, cause?: unknown): KeywardError {
  const isSetting = source === "upstream.proxy";
  const hint = isSetting
    ? "keyward config get upstream.proxy"
    : `unset ${source} for a direct way, or set upstream.proxy, and start the run again`;
  return new KeywardError("UPSTREAM_PROXY", `the parent proxy of ${source} ${what}`, { hint, cause });
}
