// A WebSocket handshake over HTTP/2: extended CONNECT (RFC 8441). The stream itself carries the frames.
import { constants } from "node:http2";
import type { UpgradeClient } from "../upgrade.ts";
import { http2Client, type Http2Arrival } from "./http2.ts";
import { grouped } from "./http2-fields.ts";

/** Is this stream an extended CONNECT for WebSocket? */
export function isExtendedConnect({ headers }: Http2Arrival): boolean {
  return headers[":method"] === "CONNECT" && headers[":protocol"] === "websocket";
}

export function http2Upgrade(arrival: Http2Arrival): UpgradeClient {
  const { stream } = arrival;
  const client = http2Client({ ...arrival, flags: 0 });
  return {
    head: { ...client.head, method: "GET" },
    stream,
    accept: (headers) => stream.respond({ ":status": 200, ...grouped(headers) }),
    decline({ status, headers }, body) {
      stream.respond({ ":status": status, ...grouped(headers) });
      body.on("error", () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
      body.once("close", () => {
        if (!body.readableEnded) stream.close(constants.NGHTTP2_INTERNAL_ERROR);
      });
      body.pipe(stream);
    },
    refuse: (refusal) => client.refuse(refusal, false),
  };
}
