// What a client waits for its answer while others misbehave, held against what it waits without them and without the proxy: a machine that is
// slow at everything is no fault of the proxy's. In: a rig and its upstream. Out: waits, and whether they are those of a client that is kept waiting.
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { expect } from "vitest";
import { readAnswer, sendRaw } from "./lanes.ts";
import type { Rig, RigRun } from "./proxy-rig.ts";
import type { TlsUpstream } from "./tls-upstream.ts";
import { withLimit } from "./wait.ts";

/** On a machine that has nothing else to do, where it waits 10 to 50 ms without the others. */
const MAX_WAIT_MS = 1_000;
/** Where other programs have the cores: so many times as long as without the others, or as past the proxy at the same moment. */
const MAX_TIMES_LONGER = 10;

export interface Waits {
  readonly proxied: readonly number[];
  /** Past the proxy, in turn with those through it. */
  readonly direct: readonly number[];
}

export interface GoodClient {
  readonly rig: Rig;
  readonly run: RigRun;
  readonly upstream: TlsUpstream;
  readonly host: string;
}

/** One answer either way, again and again until it is over. */
export async function waitsUntil(client: GoodClient, isOver: (turns: number) => boolean | Promise<boolean>): Promise<Waits> {
  const waits = { proxied: [] as number[], direct: [] as number[] };
  do {
    waits.proxied.push(await timed(() => askThrough(client)));
    waits.direct.push(await timed(() => askDirectly(client)));
  } while (!(await isOver(waits.proxied.length)));
  return waits;
}

export const threeWaits = (client: GoodClient): Promise<Waits> => waitsUntil(client, (turns) => turns === 3);

/** @param usual without the others */
export function expectNotKeptWaiting(waits: Waits, usual: Waits): void {
  const ordinaryMs = Math.max(median(usual.proxied), median(waits.direct));
  expect(median(waits.proxied)).toBeLessThan(Math.max(MAX_WAIT_MS, MAX_TIMES_LONGER * ordinaryMs));
}

async function timed(act: () => Promise<void>): Promise<number> {
  const startedAtMs = performance.now();
  await act();
  return performance.now() - startedAtMs;
}

async function askThrough({ rig, run, host }: GoodClient): Promise<void> {
  const heard = await sendRaw({ rig, run, host }, `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  expect(readAnswer(heard)).toMatchObject({ status: 200 });
}

async function askDirectly({ upstream, host }: GoodClient): Promise<void> {
  const target = { host: "127.0.0.1", port: upstream.port, servername: host, ca: upstream.authority.certificatePem, agent: false } as const;
  const asked = request(target).end();
  const [answer] = (await withLimit(once(asked, "response"), "an answer past the proxy")) as [IncomingMessage];
  expect(answer.statusCode).toBe(200);
  await withLimit(once(answer.resume(), "end"), "the end of an answer past the proxy");
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
