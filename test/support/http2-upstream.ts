// A real HTTP/2 server on loopback (HTTP/1.1 for those who ask for it) that echoes: the request's body comes back, with its trailers, and
// fields that say what was heard. In: host names. Out: what it heard, port and authority.
import { once } from "node:events";
import { createSecureServer, type Http2SecureServer, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { makeThrowawayAuthority, type ThrowawayAuthority } from "../../scripts/throwaway-authority.mjs";

export interface HeardStream {
  readonly headers: IncomingHttpHeaders;
  trailers: IncomingHttpHeaders;
}

export class Http2Upstream {
  readonly authority: ThrowawayAuthority = makeThrowawayAuthority();
  readonly heard: HeardStream[] = [];
  readonly #server: Http2SecureServer;
  #sessionCount = 0;

  constructor(hosts: readonly string[]) {
    const leaf = this.authority.issue(hosts);
    this.#server = createSecureServer({ cert: leaf.certificatePem, key: leaf.privateKeyPem });
    this.#server.on("session", () => (this.#sessionCount += 1));
    this.#server.on("stream", (stream, headers) => this.#echo(stream, headers));
  }

  async listen(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return this;
  }

  get sessionCount(): number {
    return this.#sessionCount;
  }

  resolveEntries(hosts: readonly string[]): string[] {
    return hosts.map((host) => `${host}:443=127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
  }

  close(): void {
    this.#server.close();
  }

  #echo(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const heard: HeardStream = { headers, trailers: {} };
    this.heard.push(heard);
    stream.on("error", () => undefined);
    stream.on("trailers", (trailers) => (heard.trailers = trailers));
    stream.respond({ ":status": 200, "x-heard": String(headers[":method"]) }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "x-end": String(heard.trailers["x-sum"] ?? "none") }));
    stream.pipe(stream);
  }
}
