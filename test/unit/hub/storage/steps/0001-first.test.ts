import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { first } from "../../../../../src/hub/storage/steps/0001-first.ts";

const words = { bytes: "BYTEA", int: "BIGINT", strict: "" };

it("is never edited: what was released is what every database has", () => {
  const digest = (of: typeof words) => createHash("sha256").update(first(of).join(";\n")).digest("hex");
  expect([digest(words), digest({ bytes: "BLOB", int: "INTEGER", strict: " STRICT" })]).toMatchInlineSnapshot(`
    [
      "9f6c76a2d99a211b91c8a6027defe0948e01bbffc4864e9f6be17925758405a3",
      "90312d53d0c1d86db400714695934c62f81532c7278931656e160966330c12fd",
    ]
  `);
});

it("keeps to the subset: no sequence, no trigger, no engine's own type", () => {
  const text = first(words).join("\n");
  expect(text).not.toMatch(/\b(?:SERIAL|SEQUENCE|TRIGGER|JSONB|UUID|NOTIFY|EXCLUDE|PARTIAL|GENERATED)\b/i);
});

it("ties rows of a workspace to their workspace by both ids", () => {
  for (const table of ["api_token", "membership", "run"]) {
    const statement = first(words).find((each) => each.startsWith(`CREATE TABLE ${table} `)) ?? "";
    expect([table, statement]).toEqual([
      table,
      expect.stringContaining("FOREIGN KEY (tenant_id, workspace_id) REFERENCES workspace (tenant_id, workspace_id)"),
    ]);
  }
});
