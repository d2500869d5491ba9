import { describe, expect, it } from "vitest";
import { connectionTokens, filterHeaders, headerValue, headerValues, isHopByHop, withoutHopByHop } from "../../../src/core/headers.ts";

const raw = [
  "Host",
  "a",
  "X-A",
  "1",
  "x-a",
  "2",
  "Connection",
  "close, X-B",
  "X-B",
  "3",
  "TE",
  "trailers",
  "Proxy-Authorization",
  "Basic x",
];

describe("raw headers", () => {
  it("are read without regard to case, in order", () => {
    expect(headerValues(raw, "x-a")).toEqual(["1", "2"]);
    expect(headerValue(raw, "x-a")).toBe("1");
    expect(headerValue(raw, "missing")).toBeNull();
  });

  it("lose hop-by-hop fields and those Connection names, and nothing else", () => {
    expect([...connectionTokens(raw)]).toEqual(["close", "x-b"]);
    expect(withoutHopByHop(raw)).toEqual(["Host", "a", "X-A", "1", "x-a", "2"]);
    expect(isHopByHop("upgrade")).toBe(true);
    expect(raw).toHaveLength(14);
  });

  it("are filtered by lower-case name and value", () => {
    expect(filterHeaders(raw, (name, value) => name === "x-a" && value === "2")).toEqual(["x-a", "2"]);
  });
});
