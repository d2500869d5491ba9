// The way out through a parent proxy (`upstream.proxy`): CONNECT over http or https, with its own credentials.
// In: the proxy's URL and the target. Out: a socket on which the target answers. What the proxy says in words is not repeated.
import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { KeywardError } from "../../core/errors.ts";
import { type Authority, canonicalHost, formatAuthority } from "../../core/host.ts";
import type { DialSettings } from "../ports.ts";
import { isIP } from "node:net";
import { refuseAddress } from "./address-filter.ts";
import { openTcp } from "./open-tcp.ts";
import { lookUp } from "./resolve.ts";

const HEAD_LIMIT_BYTES = 16_384;
const ANSWER_TIMEOUT_MS = 30_000;

/** @throws UPSTREAM_PROXY, TARGET_FORBIDDEN for a literal address that may not be dialled */
export async function connectThroughProxy(proxy: URL, target: Authority, settings: DialSettings): Promise<Socket> {
  const kind = isIP(target.host) === 0 ? null : refuseAddress(target.host, settings.allow);
  if (kind !== null) throw new KeywardError("TARGET_FORBIDDEN", `${formatAuthority(target)} is at a ${kind} address`);
  const socket = await reachProxy(proxy, settings);
  socket.write(connectRequest(proxy, target));
  const { status, rest } = await readAnswer(socket);
  if (status !== 200) {
    socket.destroy();
    throw proxyError(`the parent proxy refused to connect to ${formatAuthority(target)} (${status})`);
  }
  if (rest.length > 0) socket.unshift(rest);
  return socket;
}

async function reachProxy(proxy: URL, settings: DialSettings): Promise<Socket> {
  const host = canonicalHost(proxy.hostname);
  if (host === null) throw proxyError("the host of upstream.proxy is not plain");
  const isTls = proxy.protocol === "https:";
  const authority = { host, port: proxy.port === "" ? (isTls ? 443 : 80) : Number(proxy.port) };
  try {
    const plain = await openTcp({ addresses: await lookUp(host), port: authority.port }, authority);
    return isTls ? await secure(plain, host, settings) : plain;
  } catch (error) {
    throw proxyError("the parent proxy cannot be reached", error);
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
  const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  const authorization = credentials === ":" ? "" : `Proxy-Authorization: Basic ${Buffer.from(credentials).toString("base64")}\r\n`;
  return `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${authorization}\r\n`;
}

function readAnswer(socket: Socket): Promise<{ status: number; rest: Buffer }> {
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    const timer = setTimeout(() => finish(proxyError("the parent proxy did not answer")), ANSWER_TIMEOUT_MS);
    const onData = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf("\r\n\r\n");
      if (end < 0 && head.length <= HEAD_LIMIT_BYTES) return;
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(head.toString("latin1", 0, 64))?.[1];
      if (end < 0 || status === undefined) finish(proxyError("the parent proxy did not answer in HTTP"));
      else finish(null, { status: Number(status), rest: head.subarray(end + 4) });
    };
    const onEnd = (): void => finish(proxyError("the parent proxy closed the connection"));
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

function proxyError(message: string, cause?: unknown): KeywardError {
  return new KeywardError("UPSTREAM_PROXY", message, { hint: "keyward config get upstream.proxy", cause });
}
