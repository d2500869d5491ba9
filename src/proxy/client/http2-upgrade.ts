// A WebSocket handshake over HTTP/2: extended CONNECT (RFC 8441). The stream itself carries the frames.
import { constants } from "node:http2";
import { forClient } from "../steps/respond.ts";
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
    decline(answer) {
      stream.respond({ ":status": answer.statusCode ?? 502, ...grouped(forClient(answer.rawHeaders)) });
      answer.on("error", () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
      answer.pipe(stream);
    },
    refuse: (refusal) => client.refuse(refusal, false),
  };
}
