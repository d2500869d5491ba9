import { describe, expect, it } from "vitest";
import { mayRenew } from "../../../../src/proxy/renewal/may-renew.ts";
import type { Binding, LiveRun } from "../../../../src/proxy/ports.ts";
import { bearerProvider, makeConnection } from "../../../support/proxy-rig.ts";

const ports = { isRenewable: ({ kind }: { kind: string }) => kind === "oauth2" };
const candidates = [{ provider: "acme", alternatives: [] }];
const { binding } = makeConnection(bearerProvider);
const login: Binding = { ...binding, connection: { ...binding.connection!, kind: "oauth2" } };
const runWith = (...bindings: Binding[]): LiveRun => ({ id: "run_1", layers: [], bindings: () => bindings, countRequest: () => undefined });

describe("a request may be sent twice", () => {
  it("when a login of its provider is bound, also beside a key", () => {
    expect(mayRenew({ candidates }, { run: runWith(login), ports })).toBe(true);
    expect(mayRenew({ candidates }, { run: runWith(binding, login), ports })).toBe(true);
  });

  it("never when it gets a key, another provider's login, one that is gone, or nothing", () => {
    expect(mayRenew({ candidates }, { run: runWith(binding), ports })).toBe(false);
    expect(mayRenew({ candidates }, { run: runWith({ ...login, provider: "other" }), ports })).toBe(false);
    expect(mayRenew({ candidates }, { run: runWith({ ...login, connection: null }), ports })).toBe(false);
    expect(mayRenew({ candidates: [] }, { run: runWith(login), ports })).toBe(false);
  });
});
