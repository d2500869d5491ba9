import { describe, expect, it } from "vitest";
import { carriedTrailers } from "../../../../src/proxy/client/carried-trailers.ts";

describe("carriedTrailers", () => {
  it("keeps what describes the body that was sent", () => {
    expect(carriedTrailers(["X-Checksum", "abc", "grpc-status", "0"])).toEqual(["X-Checksum", "abc", "grpc-status", "0"]);
  });

  it.each(["Content-Length", "transfer-encoding", "HOST", "Authorization", "Cookie", "Connection", "If-Match", "Trailer"])(
    "drops %s, which would say again what the head has said",
    (name) => expect(carriedTrailers([name, "1", "X", "y"])).toEqual(["X", "y"]),
  );

  it("drops what could break the framing", () => {
    expect(carriedTrailers(["X", "a\r\nY: b", "Y Z", "1", "", "2", "Z", "ok"])).toEqual(["Z", "ok"]);
  });
});
