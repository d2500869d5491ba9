import { describe, expect, it } from "vitest";
import { catalogueMethods, catalogueRow } from "../../../../src/daemon/definitions/catalogue-rows.ts";
import type { DaemonParts } from "../../../../src/daemon/parts.ts";
import { LOCAL_PROVIDERS } from "../../../../src/daemon/definitions/local-providers.ts";
import { bundledProvidersDirectory, loadProviders } from "../../../../src/providers/catalogue.ts";
import { vaultProfile } from "../../../support/vault-profile.ts";
import { connection, provider } from "../runs/stored.ts";

const all = loadProviders({ bundledDirectory: bundledProvidersDirectory(), customDirectory: "/no/such/place" }).list();

describe("catalogueRow", () => {
  it("gives every provider the promised columns", () => {
    for (const row of all.map((one) => catalogueRow(one))) {
      expect(row.id).toMatch(/^[a-z0-9-]+$/);
      expect(["llm", "integration", "marketplace"]).toContain(row.kind);
      expect(row.requiredKeys.length).toBeLessThanOrEqual(16);
      expect(row.requiredKeys.length + row.optionalKeys.length).toBeGreaterThan(0);
      for (const name of [...row.requiredKeys, ...row.optionalKeys]) expect(name).toMatch(/^[A-Za-z_][A-Za-z0-9_]*$/);
      expect(row.cloud).toBe(true);
    }
  });

  it("has every kind", () => {
    const kinds = new Set([...all.map((one) => catalogueRow(one)), ...LOCAL_PROVIDERS].map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(["integration", "llm", "local", "marketplace"]);
  });

  it("makes a name where a provider declares none", () => {
    expect(catalogueRow(provider("2-way", [{ name: "key", env: [] }])).requiredKeys).toEqual(["_2_WAY_API_KEY"]);
    expect(catalogueRow(provider("acme", [{ name: "token_id", env: [] }])).requiredKeys).toEqual(["ACME_TOKEN_ID"]);
  });

  it("says what the profile has, and what of it would serve no request", () => {
    const acme = provider("acme", [{ name: "key", env: ["ACME_KEY"] }]);
    const stored = [
      { connection: connection("acme", "default"), fault: null },
      { connection: connection("acme", "old"), fault: "it has expired" },
      { connection: connection("other", "default"), fault: null },
    ];
    expect(catalogueRow(acme, { connections: stored, secretFor: () => null }).connections).toMatchObject([
      { name: "default", fields: ["key"], fault: null },
      { name: "old", fault: "it has expired" },
    ]);
  });

  it("judges a secret of the vault that has a key's name as that key, and fetches none that is kept elsewhere", async () => {
    const { profile, put } = vaultProfile();
    put("OPENAI_API_KEY", "banana");
    put("ANTHROPIC_API_KEY", { reference: "env:ELSEWHERE" });
    const definitions = { refresh: () => undefined, current: () => ({ get: () => null, list: () => all }) };
    const profiles = { nameOf: () => "default", find: () => Promise.resolve(profile) };
    const parts = { profiles, definitions, clock: { nowMs: () => 0 }, paths: { profiles: "/p" } } as unknown as DaemonParts;
    const { rows } = await catalogueMethods(parts)["creds.catalogue"]({ profile: null }, null as never);
    const secretOf = (id: string) => rows.find((row) => row.id === id)?.keys[0]?.secret;
    expect(secretOf("openai")).toEqual({ source: "profile", fault: "it does not have the shape of the provider's keys" });
    expect(secretOf("anthropic")).toEqual({ source: "env", fault: null });
    expect(secretOf("github")).toBeNull();
  });

  it("has what a hub shares with a profile that only this look opens", async () => {
    const { profile } = vaultProfile();
    let known = all;
    const definitions = { refresh: () => undefined, current: () => ({ get: () => null, list: () => known }) };
    const find = async () => {
      known = [...all, provider("of-the-team", [{ name: "key", env: [] }])];
      return profile;
    };
    const profiles = { nameOf: () => "default", find };
    const parts = { profiles, definitions, clock: { nowMs: () => 0 }, paths: { profiles: "/p" } } as unknown as DaemonParts;
    const { rows } = await catalogueMethods(parts)["creds.catalogue"]({ profile: null }, null as never);
    expect(rows.map(({ id }) => id)).toContain("of-the-team");
  });
});
