import { expect, it } from "vitest";
import { first } from "../../../../src/hub/storage/steps/0001-first.ts";
import { ALL_TABLES, FENCED_TABLES, policyStatements } from "../../../../src/hub/storage/policies.ts";

const words = { bytes: "BYTEA", int: "BIGINT", strict: "" };
const created = first(words).flatMap((statement) => /^CREATE TABLE (\w+)/.exec(statement)?.[1] ?? []);

it("knows every table of the schema, and fences each one that has a tenant, but the bare counter", () => {
  expect([...ALL_TABLES].toSorted()).toEqual([...created, "schema_migration"].toSorted());
  const withTenant = first(words).filter((statement) => statement.startsWith("CREATE TABLE") && statement.includes("tenant_id TEXT"));
  const names = withTenant.map((statement) => /^CREATE TABLE (\w+)/.exec(statement)?.[1] ?? "");
  expect(names.filter((name) => !FENCED_TABLES.includes(name))).toEqual(["change_counter"]);
});

it("forces each fence on the owner too, and uses no subquery", () => {
  const statements = policyStatements();
  for (const table of FENCED_TABLES) {
    expect(statements).toContain(`ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`);
    expect(statements.some((statement) => statement.startsWith(`CREATE POLICY fence ON ${table} USING (`))).toBe(true);
  }
  expect(statements.filter((statement) => /\bSELECT\b(?! USING)/.test(statement.replace("FOR SELECT", "")))).toEqual([]);
});
