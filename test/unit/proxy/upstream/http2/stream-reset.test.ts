// Which codes of a reset cross from one side of the proxy to the other.
import { constants } from "node:http2";
import { describe, expect, it } from "vitest";
import { KeywardError } from "../../../../../src/core/errors.ts";
import { codeForClient, codeForUpstream, StreamReset, wasRefused } from "../../../../../src/proxy/upstream/http2/stream-reset.ts";

const {
  NGHTTP2_CANCEL,
  NGHTTP2_ENHANCE_YOUR_CALM,
  NGHTTP2_FLOW_CONTROL_ERROR,
  NGHTTP2_INTERNAL_ERROR,
  NGHTTP2_NO_ERROR,
  NGHTTP2_PROTOCOL_ERROR,
  NGHTTP2_REFUSED_STREAM,
} = constants;

const broken = (code: number | undefined) => new KeywardError("UPSTREAM_BROKEN", "broken", { cause: new StreamReset(code) });

describe("a reset", () => {
  it.each([NGHTTP2_CANCEL, NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_INTERNAL_ERROR])("with the code %i goes on either way", (code) => {
    expect(codeForUpstream(code)).toBe(code);
    expect(codeForClient(broken(code))).toBe(code);
  });

  it.each([NGHTTP2_NO_ERROR, NGHTTP2_PROTOCOL_ERROR, NGHTTP2_FLOW_CONTROL_ERROR, undefined])("with the code %s is told in ours", (code) => {
    expect(codeForUpstream(code)).toBe(NGHTTP2_CANCEL);
    expect(codeForClient(broken(code))).toBe(NGHTTP2_INTERNAL_ERROR);
  });

  it("that refuses a request untouched is the upstream's to say alone", () => {
    expect(codeForClient(broken(NGHTTP2_REFUSED_STREAM))).toBe(NGHTTP2_REFUSED_STREAM);
    expect(codeForUpstream(NGHTTP2_REFUSED_STREAM)).toBe(NGHTTP2_CANCEL);
    expect(wasRefused(broken(NGHTTP2_REFUSED_STREAM))).toBe(true);
    expect(wasRefused(broken(NGHTTP2_CANCEL))).toBe(false);
    expect(wasRefused(new Error("socket"))).toBe(false);
  });

  it("is told apart from an answer that broke in another way", () => {
    expect(codeForClient(new KeywardError("UPSTREAM_BROKEN", "broken"))).toBe(NGHTTP2_INTERNAL_ERROR);
    expect(codeForClient(undefined)).toBe(NGHTTP2_INTERNAL_ERROR);
  });
});
