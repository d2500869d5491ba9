import { describe, expect, it } from "vitest";
import { tradeClaim } from "../../../../src/proxy/capture/trade-claim.ts";
import { missingCondition, type Way } from "../../../../src/proxy/release/may-release.ts";

const authority = { host: "login.acme.test", port: 443 };
const way: Way = { owner: "run con", authority, scheme: "https", verifiedFor: authority.host, isAddressPermitted: true };

function claim(now: { isLive: boolean; connection: object | null }) {
  const binding = { provider: "acme", name: "default", connection: {} };
  const context = {
    ports: { isRunLive: () => now.isLive },
    run: { id: "run", bindings: () => [{ ...binding, connection: now.connection }] },
    tunnel: { authority, scheme: "https" },
    arrival: "tunnel",
    serverName: authority.host,
  };
  const matched = { named: authority, method: "POST", target: "/token" };
  return tradeClaim(matched as never, binding as never, { context: context as never, owner: "run con" });
}

describe("a refresh token's claim", () => {
  it("holds at its own endpoint, over a verified connection of its own", () => {
    const made = claim({ isLive: true, connection: {} });
    expect(missingCondition(made, way)).toBeNull();
    expect(missingCondition(made, { ...way, verifiedFor: null })).toBe("certificate");
    expect(missingCondition(made, { ...way, owner: "run -" })).toBe("owner");
    expect(missingCondition(made, { ...way, authority: { host: "api.acme.test", port: 443 } })).toBe("peer");
  });

  it("falls when the run ends or the connection is logged out, also after it was made", () => {
    const now: Parameters<typeof claim>[0] = { isLive: true, connection: {} };
    const made = claim(now);
    now.connection = null;
    expect(missingCondition(made, way)).toBe("grant");
    now.isLive = false;
    expect(missingCondition(made, way)).toBe("run");
  });
});
