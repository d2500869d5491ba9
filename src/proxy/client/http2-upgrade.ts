// A WebSocket handshake over HTTP/2: extended CONNECT (RFC 8441). The stream itself carries the frames.
import { constants } from "node:http2";
import type { UpgradeClient } from "../upgrade.ts";
import { Http2Client, type Http2Arrival } from "./http2.ts";
import { grouped } from "./http2-fields.ts";

/** Is this stream an extended CONNECT for WebSocket? */
export function isExtendedConnect({ headers }: Http2Arrival): boolean {
  return headers[":method"] === "CONNECT" && headers[":protocol"] === "websocket";
}

export function http2Upgrade(arrival: Http2Arrival): UpgradeClient {
  const { stream } = arrival;
  const client = new Http2Client({ ...arrival, flags: 0 });
  return {
    head: { ...client.head, method: "GET" },
    stream,
    isHttp2: true,
    get isGone() {
      return client.isGone;
    },
    onGone: (listener) => client.onGone(listener),
    // node says END_STREAM before it says RST_STREAM, but not where trailers may follow.
    accept(headers) {
      stream.respond(grouped(headers, { ":status": 200 }), { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.destroyed || stream.sendTrailers({}));
    },
    // What is a lost TCP connection for HTTP/1.1 is this code here (RFC 8441 §5).
    cut: () => stream.close(constants.NGHTTP2_CANCEL),
    decline(head, body) {
      client.start(head);
      client.leave();
      body.on("error", () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
      body.once("close", () => {
        if (!body.readableEnded) stream.close(constants.NGHTTP2_INTERNAL_ERROR);
      });
      body.pipe(stream);
    },
    refuse: (refusal) => client.refuse(refusal),
  };
}
