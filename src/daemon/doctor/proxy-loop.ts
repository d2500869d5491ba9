// Check: does a request really go through? CONNECT, TLS with a minted leaf, a placeholder replaced, an audited answer of the echo.
// In: the subject. Out: what came of it. It uses the profile's authority when the profile is open, so that what children trust is
// what is tried; the echo's connection is made up.
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Check, EchoSeen } from "../../control/findings.ts";
import { KeywardError, systemCode } from "../../core/errors.ts";
import { createAuthority } from "../../certs/authority.ts";
import type { HeldEcho } from "./echo/echoes.ts";
import { ECHO_ENV, ECHO_HOST } from "./echo/echo-provider.ts";
import type { Subject } from "./subject.ts";

const NAME = "proxy";
const CLIENT = "keyward";
const TIMEOUT_MS = 10_000;

export async function checkProxyLoop({ parts, profile }: Subject): Promise<Check> {
  const { echoes, proxy, clock } = parts;
  const authority = profile?.authority ?? createAuthority(clock.nowMs());
  const held = await echoes.open(authority, [CLIENT]);
  try {
    const answer = await askEcho(held, authority.certificatePem);
    const { firstBadSeq, records } = await held.echo.verify();
    const seen = held.echo.seen()[0] as EchoSeen;
    const problem =
      problemOf(answer, seen) ?? (firstBadSeq === null && records >= 2 ? null : "the audit records of the request do not fit");
    if (problem !== null) return { name: NAME, state: "fail", found: problem, fix: "keyward daemon logs" };
  } finally {
    await echoes.close(held.id);
  }
  if (proxy.port !== null) {
    const status = await statusWithoutToken(proxy.port);
    if (status !== 407) {
      const found = `the runs' proxy on port ${proxy.port} does not ask for a token as it must (${status ?? "no answer"})`;
      return { name: NAME, state: "fail", found, fix: "keyward daemon restart" };
    }
  }
  const port = proxy.port === null ? "no run has needed it yet" : `runs use port ${proxy.port}`;
  return { name: NAME, state: "ok", found: `a request through TLS got its credential and its audit records; ${port}`, fix: null };
}

function problemOf(answer: string, seen: EchoSeen): string | null {
  if (!answer.startsWith("HTTP/1.1 200 "))
    return `the request was answered with ${answer.slice(9, 12) || "nothing"} (${seen.why ?? "no code"})`;
  return seen.injected ? null : "the placeholder was not replaced by the credential";
}

/** One GET with the placeholder, through CONNECT and TLS, as a child would send it. */
async function askEcho({ echo }: HeldEcho, caPem: string): Promise<string> {
  const started = echo.runs[0]?.started;
  const socket = connectTcp({ host: "127.0.0.1", port: echo.port });
  const token = Buffer.from(`${started?.runId}:${started?.token}`).toString("base64");
  const opened = await exchange(
    socket,
    `CONNECT ${ECHO_HOST}:443 HTTP/1.1\r\nHost: ${ECHO_HOST}:443\r\nProxy-Authorization: Basic ${token}\r\n\r\n`,
  );
  if (!opened.startsWith("HTTP/1.1 200 ")) return opened;
  const secured = connectTls({ socket, servername: ECHO_HOST, ca: caPem, rejectUnauthorized: true });
  const fields = `Host: ${ECHO_HOST}\r\nAuthorization: Bearer ${started?.env[ECHO_ENV] ?? ""}\r\nConnection: close\r\n`;
  try {
    return await exchange(secured, `GET /probe/${CLIENT} HTTP/1.1\r\n${fields}\r\n`);
  } finally {
    secured.destroy();
  }
}

async function statusWithoutToken(port: number): Promise<number | null> {
  const socket = connectTcp({ host: "127.0.0.1", port });
  try {
    const answer = await exchange(socket, `CONNECT ${ECHO_HOST}:443 HTTP/1.1\r\nHost: ${ECHO_HOST}:443\r\n\r\n`);
    return Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
  } catch {
    return null;
  } finally {
    socket.destroy();
  }
}

/** Writes, then reads to the end of a head. @throws UPSTREAM_BROKEN */
function exchange(socket: Socket, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = "";
    const settle = (error: unknown): void => {
      clearTimeout(timer);
      socket.off("data", onData).off("close", onClose);
      if (error === null) return resolve(heard);
      socket.destroy();
      const reason = systemCode(error) ?? "it was closed";
      reject(
        new KeywardError("UPSTREAM_BROKEN", `the connection to the proxy broke (${reason})`, { hint: "keyward daemon logs", cause: error }),
      );
    };
    const onData = (chunk: Buffer): void => {
      heard += chunk.toString("latin1");
      if (heard.includes("\r\n\r\n")) settle(null);
    };
    const onClose = (): void => settle(new Error("closed"));
    const timer = setTimeout(() => settle(Object.assign(new Error("timeout"), { code: "ETIMEDOUT" })), TIMEOUT_MS);
    socket.on("data", onData).on("close", onClose);
    socket.once("error", settle);
    socket.write(bytes);
  });
}
