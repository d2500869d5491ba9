import { describe, expect, it } from "vitest";
import { ECHO_HOST, echoProvider } from "../../../../../src/daemon/doctor/echo/echo-provider.ts";
import { matchPlaces } from "../../../../../src/providers/match.ts";
import { runExamples } from "../../../../../src/providers/run-examples.ts";

describe("the echo's definition", () => {
  it("holds its own examples and is at home under a name that no resolver knows", () => {
    expect(runExamples(echoProvider()).failures).toEqual([]);
    expect(ECHO_HOST).toMatch(/\.test$/);
    expect(matchPlaces(echoProvider(), { host: ECHO_HOST, port: 443, path: "/probe/curl" })).toHaveLength(1);
    expect(matchPlaces(echoProvider(), { host: `x.${ECHO_HOST}`, port: 443, path: "/" })).toBeNull();
  });
});
