import { describe, expect, it } from "vitest";
import { catalogueRow } from "../../../../src/daemon/definitions/catalogue-rows.ts";
import { LOCAL_PROVIDERS } from "../../../../src/daemon/definitions/local-providers.ts";
import { bundledProvidersDirectory, loadProviders } from "../../../../src/providers/catalogue.ts";
import { connection, provider } from "../runs/stored.ts";

const all = loadProviders({ bundledDirectory: bundledProvidersDirectory(), customDirectory: "/no/such/place" }).list();

describe("catalogueRow", () => {
  it("gives every provider the promised columns", () => {
    for (const row of all.map((one) => catalogueRow(one, []))) {
      expect(row.id).toMatch(/^[a-z0-9-]+$/);
      expect(["llm", "integration", "marketplace"]).toContain(row.kind);
      expect(row.requiredKeys.length).toBeLessThanOrEqual(16);
      expect(row.requiredKeys.length + row.optionalKeys.length).toBeGreaterThan(0);
      for (const name of [...row.requiredKeys, ...row.optionalKeys]) expect(name).toMatch(/^[A-Za-z_][A-Za-z0-9_]*$/);
      expect(row.cloud).toBe(true);
    }
  });

  it("has every kind", () => {
    const kinds = new Set([...all.map((one) => catalogueRow(one, [])), ...LOCAL_PROVIDERS].map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(["integration", "llm", "local", "marketplace"]);
  });

  it("makes a name where a provider declares none", () => {
    expect(catalogueRow(provider("2-way", [{ name: "key", env: [] }]), []).requiredKeys).toEqual(["_2_WAY_API_KEY"]);
    expect(catalogueRow(provider("acme", [{ name: "token_id", env: [] }]), []).requiredKeys).toEqual(["ACME_TOKEN_ID"]);
  });

  it("says what the profile has, and what of it would serve no request", () => {
    const acme = provider("acme", [{ name: "key", env: ["ACME_KEY"] }]);
    const stored = [
      { connection: connection("acme", "default"), fault: null },
      { connection: connection("acme", "old"), fault: "it has expired" },
      { connection: connection("other", "default"), fault: null },
    ];
    expect(catalogueRow(acme, stored).connections).toMatchObject([
      { name: "default", fields: ["key"], fault: null },
      { name: "old", fault: "it has expired" },
    ]);
  });
});
