import { describe, expect, it } from "vitest";
import type { Connection, Credential } from "../../../../src/core/connection.ts";
import { type ProxyPortsParts, wireProxyPorts } from "../../../../src/daemon/proxy/proxy-ports.ts";
import { connection } from "../runs/stored.ts";

const NOW_MS = 1_000_000;

function wire(stored: Connection | null, expiresAtMs: number | null = null, touched: unknown[] = []) {
  const credential = stored === null ? null : ({ connectionId: stored.id, fields: {}, expiresAtMs } satisfies Credential);
  const profile = {
    name: "default",
    find: () => stored,
    credential: () => credential,
    store: { connections: { touch: (...args: unknown[]) => touched.push(args) } },
  };
  const parts = {
    clock: { nowMs: () => NOW_MS },
    profiles: { opened: () => [profile] },
    runs: { find: () => null, authenticate: () => null },
    hubSyncs: { requireFresh: () => undefined },
    hubLoans: { requireFresh: () => undefined },
    vault: { fill: async (_profile: unknown, _connection: unknown, filled: Credential) => filled },
    ownPorts: () => [7999, null, 40_000],
  };
  return wireProxyPorts(parts as unknown as ProxyPortsParts);
}

describe("a credential", () => {
  const work = connection("openai", "work");

  it("is that of the very connection that was picked, and its use is noted", async () => {
    const touched: unknown[] = [];
    expect(await wire(work, null, touched).credential(work)).toMatchObject({ connectionId: work.id });
    expect(touched).toEqual([[work, NOW_MS]]);
  });

  it.each([
    ["logged out since", null],
    ["replaced since", { ...work, id: "con_other" }],
  ])("of a connection that was %s is refused", async (_what, stored) => {
    await expect(wire(stored).credential(work)).rejects.toMatchObject({
      code: "LOGIN_REQUIRED",
      hint: "keyward login openai --connection work",
    });
  });

  it("must hold for another minute", async () => {
    expect(await wire(work, NOW_MS + 60_000).credential(work)).toBeDefined();
    await expect(wire(work, NOW_MS + 59_999).credential(work)).rejects.toMatchObject({ code: "LOGIN_EXPIRED" });
  });
});

it("the daemon's own ports are those that are open", () => {
  expect(wire(null).ownPorts()).toEqual([7999, 40_000]);
});

it("a run that has just ended gets no certificate", () => {
  const ports = wire(null);
  expect(() => ports.secureContextFor("api.openai.com", { id: "run_1" } as never)).toThrow(
    expect.objectContaining({ code: "RUN_UNKNOWN" }),
  );
});
