// Generated cases over real sockets: the real proxy, a recorder behind every host, connections that are kept as long as they live.
// In: a case. Out: which keys arrived where because of it. Whatever any origin hears is searched, also what comes late.
import { once } from "node:events";
import type { Socket } from "node:net";
import { connect as connectTls, createServer, type TLSSocket } from "node:tls";
import type { Server } from "node:tls";
import { makeThrowawayAuthority } from "../../../scripts/throwaway-authority.mjs";
import type { Binding } from "../../../src/proxy/ports.ts";
import { openConnect, proxyAuthorization, type Rig, type RigRun, startRig } from "../proxy-rig.ts";
import { ACME, BAD_CERTIFICATE, EVIL, INSIDE, type ReleaseCase, WILD } from "./release-cases.ts";
import { fieldsOf, targetOf } from "./release-request.ts";
import { keyText, type Keys, makeKeys, placeholderText } from "./release-steps.ts";

export interface Arrival {
  readonly key: "one" | "two" | "wild";
  readonly host: string;
}

/** Everything an origin hears, by the name it was asked for. */
class Recorder {
  readonly #arrivals: Arrival[] = [];
  readonly #needles: readonly (readonly [Arrival["key"], string])[];
  readonly #longest: number;
  readonly server: Server;

  constructor(keys: Keys, pair: { readonly cert: string; readonly key: string }) {
    const forms = (text: string): string[] => [
      text,
      ...["", "x", "xx"].map((before) =>
        Buffer.from(before + text)
          .toString("base64")
          .slice(4, -4),
      ),
    ];
    this.#needles = (["one", "two", "wild"] as const).flatMap((name) => forms(keyText(keys[name])).map((form) => [name, form] as const));
    this.#longest = Math.max(...this.#needles.map(([, form]) => form.length));
    this.server = createServer(pair, (socket) => this.#listen(socket));
    this.server.on("tlsClientError", () => undefined);
  }

  /** Since it was last asked. */
  take(): Arrival[] {
    return this.#arrivals.splice(0);
  }

  #listen(socket: TLSSocket): void {
    const host = typeof socket.servername === "string" ? socket.servername : "";
    let tail = "";
    let pending = "";
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => {
      const text = tail + chunk.toString("latin1");
      for (const [key, form] of this.#needles) {
        for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
          if (at + form.length > tail.length) this.#arrivals.push({ key, host });
        }
      }
      tail = text.slice(-this.#longest + 1);
      pending += chunk.toString("latin1");
      pending = answerAll(socket, pending);
    });
  }
}

/** One answer for each request that is whole; half of them redirects that nobody may follow. Gives back what is not whole. */
function answerAll(socket: TLSSocket, text: string): string {
  let rest = text;
  for (let end = rest.indexOf("\r\n\r\n"); end >= 0; end = rest.indexOf("\r\n\r\n")) {
    const head = rest.slice(0, end);
    const bodyEnd = /\r\ntransfer-encoding: chunked/i.test(head)
      ? rest.indexOf("0\r\n\r\n", end + 4) + 5
      : end + 4 + Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (bodyEnd < end + 4 || rest.length < bodyEnd) break;
    rest = rest.slice(bodyEnd);
    const redirect = /\r\nX-Redirect: 1/i.test(head) ? `302 Found\r\nLocation: https://${EVIL}/next` : "200 OK";
    socket.write(
      head.startsWith("HEAD") ? `HTTP/1.1 ${redirect}\r\nContent-Length: 0\r\n\r\n` : `HTTP/1.1 ${redirect}\r\nContent-Length: 2\r\n\r\nok`,
    );
  }
  return rest;
}

export interface Sockets {
  readonly keys: Keys;
  readonly rig: Rig;
  run(asked: ReleaseCase): Promise<{ readonly arrivals: readonly Arrival[]; readonly status: number | null }>;
  close(): Promise<void>;
}

/** @param bug changes what a run is bound to behind the oracle's back */
export async function openSockets(bug: (binding: Binding) => Binding = (binding) => binding): Promise<Sockets> {
  const keys = makeKeys();
  const trusted = makeThrowawayAuthority();
  const hosts = [ACME, WILD, INSIDE, EVIL, "*.wild.test", "*.acme.test", "*.api.acme.test", "*.evil.test", "*.test", "evilapi.acme.test"];
  const leaf = trusted.issue(hosts);
  const bad = makeThrowawayAuthority().issue([BAD_CERTIFICATE]);
  const good = new Recorder(keys, { cert: leaf.certificatePem, key: leaf.privateKeyPem });
  const untrusted = new Recorder(keys, { cert: bad.certificatePem, key: bad.privateKeyPem });
  for (const { server } of [good, untrusted]) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  }
  const rig = await startRig({
    overrides: {
      audit: {
        release: (record) => (record.path?.includes("unrecorded") === true ? Promise.reject(new Error("no line")) : Promise.resolve()),
        complete: () => undefined,
        append: () => undefined,
      },
    },
  });
  rig.settings.roots = [trusted.certificatePem];
  const port = ({ server }: Recorder): number => (server.address() as { port: number }).port;
  rig.settings.allow = ["127.0.0.1/32"];
  rig.settings.resolve = resolveEntries(port(good), port(untrusted));
  const connections = [keys.one, keys.wild, ...keys.doomed];
  const runs = { one: rig.addRun(connections), two: rig.addRun([keys.two]), ended: rig.addRun(connections) };
  for (const run of Object.values(runs)) run.bindings = run.bindings.map(bug);
  rig.endRun(runs.ended);
  const client = new Client(rig, runs, [rig.caPem, trusted.certificatePem]);
  return {
    keys,
    rig,
    async run(asked) {
      const status = await client.ask(asked, placeholderText(keys[asked.shows]));
      return { status, arrivals: [...good.take(), ...untrusted.take()] };
    },
    async close() {
      client.close();
      await rig.close();
      for (const { server } of [good, untrusted]) server.close();
    },
  };
}

/** Every host that a generated case may name leads to a recorder; one of them to an address that must not be dialled. */
function resolveEntries(good: number, untrusted: number): string[] {
  const names = [
    ACME,
    WILD,
    EVIL,
    `evil${ACME}`,
    `evil${WILD}`,
    `${ACME}.evil.test`,
    `${WILD}.evil.test`,
    `a.${ACME}`,
    `a.${WILD}`,
    "acme.test",
    "wild.test",
    "test",
  ];
  const dashed = [ACME, WILD, EVIL].map((host) => host.replace(".", "-")).flatMap((host) => [host, `xn--${host}`]);
  const others = [BAD_CERTIFICATE, INSIDE, EVIL].flatMap((host) => [
    `evil${host}`,
    `${host}.evil.test`,
    `a.${host}`,
    host.replace(".", "-"),
    `xn--${host.replace(".", "-")}`,
  ]);
  return [...new Set([...names, ...dashed, ...others])]
    .flatMap((host) => [443, 8443, 80].map((port) => `${host}:${port}=127.0.0.1:${good}`))
    .concat(
      [443, 8443, 80].flatMap((port) => [`${BAD_CERTIFICATE}:${port}=127.0.0.1:${untrusted}`, `${INSIDE}:${port}=127.0.0.2:${good}`]),
    );
}

class Client {
  readonly #rig: Rig;
  readonly #runs: Readonly<Record<"one" | "two" | "ended", RigRun>>;
  readonly #ca: string[];
  readonly #kept = new Map<string, TLSSocket>();

  constructor(rig: Rig, runs: Readonly<Record<"one" | "two" | "ended", RigRun>>, ca: string[]) {
    this.#rig = rig;
    this.#runs = runs;
    this.#ca = ca;
  }

  /** The status of the answer; null: there was none. */
  async ask(asked: ReleaseCase, placeholder: string): Promise<number | null> {
    const name = JSON.stringify([asked.run, asked.connect.text, asked.sni?.text ?? null]);
    const socket = this.#kept.get(name) ?? (await this.#open(asked));
    if (socket === null) return null;
    this.#kept.set(name, socket);
    const fields = [...fieldsOf(asked, placeholder), ...(asked.redirects ? ["X-Redirect", "1"] : [])];
    const lines = Array.from({ length: fields.length / 2 }, (_, at) => `${fields[at * 2]}: ${fields[at * 2 + 1]}\r\n`).join("");
    const inBody = asked.placement === "body" && asked.framing.fields.length === 0;
    const body = inBody ? `text=${placeholder}` : asked.framing.body;
    const length = inBody ? `Content-Length: ${body.length}\r\n` : "";
    // As UTF-8, so that what only looks like a host arrives as what it is.
    socket.write(`${asked.method} ${targetOf(asked, placeholder)} HTTP/1.1\r\n${lines}${length}\r\n${body}`);
    const answer = await answerOf(socket);
    // What was refused may have left bytes behind that would be read as another request.
    const isClean = answer !== null && (answer.status === 200 || answer.status === 302) && asked.framing.isSound;
    if (isClean && !socket.destroyed) return answer.status;
    this.#kept.delete(name);
    socket.destroy();
    return answer?.status ?? null;
  }

  close(): void {
    for (const socket of this.#kept.values()) socket.destroy();
  }

  async #open({ run, connect, sni }: ReleaseCase): Promise<TLSSocket | null> {
    const authorization =
      run === "wrong-token"
        ? `Basic ${Buffer.from(`${this.#runs.one.run.id}:${"x".repeat(43)}`).toString("base64")}`
        : proxyAuthorization(this.#runs[run]);
    const { head, socket } = await openConnect(this.#rig, connect.text, authorization);
    if (!head.startsWith("HTTP/1.1 200")) {
      socket.destroy();
      return null;
    }
    return secure(socket, { ca: this.#ca, servername: sni === null ? (connect.means?.split(":")[0] ?? "") : sni.text });
  }
}

/** null: the handshake was refused. The child of a hostile run believes every certificate. */
function secure(socket: Socket, options: { readonly ca: string[]; readonly servername: string }): Promise<TLSSocket | null> {
  return new Promise((resolve) => {
    try {
      const { ca, servername } = options;
      const name = /^[\d.]*$/.test(servername) ? {} : { servername };
      const secured = connectTls({ socket, ca, rejectUnauthorized: false, ...name });
      const fail = (): void => {
        secured.destroy();
        resolve(null);
      };
      secured.on("error", fail).once("close", fail);
      secured.once("secureConnect", () => resolve(secured));
    } catch {
      socket.destroy();
      resolve(null);
    }
  });
}

function answerOf(socket: TLSSocket): Promise<{ readonly status: number } | null> {
  return new Promise((resolve) => {
    let heard = "";
    const done = (answer: { readonly status: number } | null): void => {
      socket.off("data", onData).off("close", onClose);
      resolve(answer);
    };
    const onClose = (): void => done(/^HTTP\/1\.1 (\d{3})/.test(heard) ? { status: Number(heard.slice(9, 12)) } : null);
    const onData = (chunk: Buffer): void => {
      heard += chunk.toString("latin1");
      const end = heard.indexOf("\r\n\r\n");
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(heard)?.[1] ?? 0);
      if (end >= 0 && heard.length >= end + 4 + length) done({ status: Number(heard.slice(9, 12)) });
    };
    socket.on("data", onData).once("close", onClose);
    if (socket.destroyed) onClose();
  });
}
