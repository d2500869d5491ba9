import { describe, expect, it } from "vitest";
import { planImport } from "../../../src/connections/import.ts";
import type { Provider } from "../../../src/providers/schema.ts";
import { sampleProvider } from "../../support/sample-provider.ts";

const acme = sampleProvider({ fields: [{ name: "key", label: "API key", env: ["ACME_API_KEY", "ACME_TOKEN"] }] });
const pair = sampleProvider({
  id: "pair",
  name: "Pair",
  fields: [
    { name: "id", label: "Account", secret: false, env: ["PAIR_ID"] },
    { name: "token", label: "Token", env: ["PAIR_TOKEN"] },
  ],
  inject: [[{ in: "basic", username: "{id}", password: "{token}" }]],
});

function plan(pairs: Record<string, string> | [string, string][], providers: readonly Provider[] = [acme, pair]) {
  const list = (Array.isArray(pairs) ? pairs : Object.entries(pairs)).map(([name, value]) => ({ name, value }));
  return planImport(list, { list: () => providers }, "work");
}

describe("planImport", () => {
  it("gives a name to the provider that declares it and leaves the others unknown", () => {
    const { names, connections } = plan({ ACME_API_KEY: "a", EDITOR: "vi" });
    expect(names).toEqual([
      { name: "ACME_API_KEY", provider: "acme", field: "key", connection: "work", outcome: "planned", reason: null },
      { name: "EDITOR", provider: null, field: null, connection: null, outcome: "unknown", reason: "no provider declares this name" },
    ]);
    expect(connections).toEqual([{ provider: "acme", connection: "work", values: { key: "a" }, names: ["ACME_API_KEY"] }]);
  });

  it("takes several names of one field together when they agree", () => {
    const { names, connections } = plan({ ACME_TOKEN: "a", ACME_API_KEY: "a" });
    expect(names.map(({ outcome }) => outcome)).toEqual(["planned", "planned"]);
    expect(connections).toEqual([{ provider: "acme", connection: "work", values: { key: "a" }, names: ["ACME_TOKEN", "ACME_API_KEY"] }]);
  });

  it("keeps the name the definition lists first when they differ, and says so without a value", () => {
    const { names, connections } = plan({ ACME_TOKEN: "other-value", ACME_API_KEY: "first-value" });
    expect(connections[0]?.values).toEqual({ key: "first-value" });
    expect(names[0]).toMatchObject({ name: "ACME_TOKEN", outcome: "refused", connection: null });
    expect(names[0]?.reason).toContain("ACME_API_KEY");
    expect(names[0]?.reason).not.toContain("value");
  });

  it("plans a provider of several fields only when all are there", () => {
    const half = plan({ PAIR_TOKEN: "t" });
    expect(half.connections).toEqual([]);
    expect(half.names[0]).toMatchObject({ outcome: "incomplete", provider: "pair", reason: "Pair also needs PAIR_ID" });
    const whole = plan({ PAIR_TOKEN: "t", PAIR_ID: "i" });
    expect(whole.connections).toEqual([
      { provider: "pair", connection: "work", values: { id: "i", token: "t" }, names: ["PAIR_TOKEN", "PAIR_ID"] },
    ]);
  });

  it("refuses a name that two providers declare, naming both", () => {
    const twin = sampleProvider({ id: "twin", name: "Twin" });
    const { names, connections } = plan({ ACME_API_KEY: "a" }, [acme, twin]);
    expect(connections).toEqual([]);
    expect(names[0]).toMatchObject({ outcome: "refused", provider: null });
    expect(names[0]?.reason).toMatch(/acme and twin/);
  });

  it("takes the last value of a name that comes twice, in one row", () => {
    const { names, connections } = plan([
      ["ACME_API_KEY", "old"],
      ["ACME_API_KEY", "new"],
    ]);
    expect(names).toHaveLength(1);
    expect(connections[0]?.values).toEqual({ key: "new" });
  });

  it("refuses an empty value and does not count it as there", () => {
    const { names, connections } = plan({ ACME_API_KEY: " ", ACME_TOKEN: "t", PAIR_ID: "", PAIR_TOKEN: "t" });
    expect(names.map(({ outcome }) => outcome)).toEqual(["refused", "planned", "refused", "incomplete"]);
    expect(connections.map(({ provider }) => provider)).toEqual(["acme"]);
  });

  it("is not confused by names of object members", () => {
    expect(plan({ constructor: "x", __proto__x: "y", toString: "z" }).names.map(({ outcome }) => outcome)).toEqual([
      "unknown",
      "unknown",
      "unknown",
    ]);
  });

  it("of nothing is nothing", () => {
    expect(plan([])).toEqual({ names: [], connections: [] });
  });
});
