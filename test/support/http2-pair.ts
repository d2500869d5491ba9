// One HTTP/2 session in clear between node's own client and server, for unit tests of a single stream.
// In: nothing; called at the top of a test file. Out: the two ends, new for every test.
import { once } from "node:events";
import { type ClientHttp2Session, connect, createServer, type Http2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach } from "vitest";

export interface Http2Pair {
  server: Http2Server;
  session: ClientHttp2Session;
}

export function http2Pair(): Http2Pair {
  const pair = {} as Http2Pair;
  beforeEach(async () => {
    pair.server = createServer().listen(0, "127.0.0.1");
    await once(pair.server, "listening");
    pair.session = connect(`http://127.0.0.1:${(pair.server.address() as AddressInfo).port}`);
  });
  afterEach(() => {
    pair.session.destroy();
    pair.server.close();
  });
  return pair;
}
