import { describe, expect, it } from "vitest";
import { openDatabase } from "../../../../src/store/database.ts";
import { prepareConnectionSql } from "../../../../src/store/records/connection-sql.ts";
import { codeOf, newConnection, tempProfile } from "../temp-profile.ts";

function prepared(): ReturnType<typeof prepareConnectionSql> {
  const { files, key, store } = tempProfile();
  store.connections.put(newConnection());
  store.close();
  const db = openDatabase(files.database, key);
  db.pragma("foreign_keys = ON");
  return prepareConnectionSql(db);
}

describe("the connection statements", () => {
  it("never read a secret where only names are shown", () => {
    const sql = prepared();
    expect(sql.shownFields.all()).toEqual([{ provider: "openai", name: "default", field: "key", is_public: 0, value: null }]);
  });

  it("hold two defaults of one provider and fields without a connection apart from the store", () => {
    const sql = prepared();
    const second = { provider: "openai", name: "work", id: "con_2", kind: "api_key", origins: "[]", createdAtMs: 1, expiresAtMs: null };
    expect(codeOf(() => sql.insert.run({ ...second, isDefault: 1 }))).toBe("SQLITE_CONSTRAINT_UNIQUE");
    const stray = { provider: "nobody", name: "default", field: "key", value: "v", isPublic: 0 } as const;
    expect(codeOf(() => sql.insertField.run(stray))).toBe("SQLITE_CONSTRAINT_FOREIGNKEY");
  });
});
