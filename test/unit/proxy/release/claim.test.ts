import { describe, expect, it } from "vitest";
import type { Freshened } from "../../../../src/core/exchange.ts";
import type { Place } from "../../../../src/providers/schema.ts";
import type { TunnelContext } from "../../../../src/proxy/pipeline.ts";
import type { Binding } from "../../../../src/proxy/ports.ts";
import { Claim } from "../../../../src/proxy/release/claim.ts";
import { missingCondition } from "../../../../src/proxy/release/may-release.ts";
import { bearerProvider, makeConnection } from "../../../support/proxy-rig.ts";
import { soundWay } from "../../../support/release-facts.ts";

function setUp() {
  const { binding } = makeConnection(bearerProvider);
  const state = { isLive: true, bindings: [binding] as Binding[] };
  const authority = { host: "api.acme.test", port: 443 };
  const context = {
    arrival: "tunnel",
    serverName: "api.acme.test",
    tunnel: { runId: "run_a", authority, scheme: "https" },
    run: { id: "run_a", bindings: () => state.bindings },
    ports: { isRunLive: (id: string) => id === "run_a" && state.isLive },
  } as unknown as TunnelContext;
  const request = {
    method: "GET",
    target: "/",
    named: authority,
    choice: { connection: binding.connection, how: "filled" },
  } as unknown as Freshened<Place>;
  const claim = new Claim(request, context, { owner: soundWay.owner, isRecorded: true, slot: "empty" });
  return { binding, state, claim };
}

describe("a claim", () => {
  it("says what the request and its tunnel are", () => {
    const { claim, binding } = setUp();
    expect(missingCondition(claim, soundWay)).toBeNull();
    expect(claim.origins).toBe(binding.origins);
  });

  it("looks run and grant up when it is asked, not when it is made", () => {
    const { claim, state, binding } = setUp();
    state.isLive = false;
    expect(missingCondition(claim, soundWay)).toBe("run");
    state.isLive = true;
    state.bindings = [];
    expect(missingCondition(claim, soundWay)).toBe("grant");
    state.bindings = [{ ...binding, connection: null }];
    expect(missingCondition(claim, soundWay)).toBe("grant");
    state.bindings = [{ ...binding, origins: [{ host: "new.acme.test", port: 443 }] }];
    expect(missingCondition(claim, soundWay)).toBe("origin");
  });
});
