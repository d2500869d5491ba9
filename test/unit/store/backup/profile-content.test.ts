import { randomBytes } from "node:crypto";
import { chmodSync, copyFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { decodeContent, encodeContent, type ProfileContent, readContent } from "../../../../src/store/backup/profile-content.ts";
import { createProfile } from "../../../../src/store/create-profile.ts";
import { openDatabase } from "../../../../src/store/database.ts";
import { SCHEMA_VERSION } from "../../../../src/store/migrations.ts";
import { openProfile } from "../../../../src/store/open-profile.ts";
import { codeOf, contents, NAME, newConnection, tempDirectory, tempProfile } from "../temp-profile.ts";

const FIXTURE_KEY = Buffer.from(Array.from({ length: 32 }, (_, at) => at));
const made = { profile: NAME, madeAtMs: 5 };

const fixtures = fileURLToPath(new URL("../../../fixtures/store", import.meta.url));
const fixtureVersions = (): number[] =>
  readdirSync(fixtures).flatMap((name) => (/^v\d+\.db$/.test(name) ? [Number.parseInt(name.slice(1), 10)] : []));

/** What the fixture of a schema holds, as a keyward of that schema would have read it. */
function contentOfFixture(version: number): ProfileContent {
  const path = `${tempDirectory()}/${NAME}.db`;
  copyFileSync(`${fixtures}/v${version}.db`, path);
  chmodSync(path, 0o600);
  const db = openDatabase(path, FIXTURE_KEY);
  try {
    return readContent(db, made);
  } finally {
    db.close();
  }
}

function restored(content: ProfileContent): ReturnType<typeof createProfile> {
  return createProfile({ directory: tempDirectory(), name: NAME, key: randomBytes(32), content });
}

describe("the content of a profile", () => {
  it("makes the same profile under another key, without its runs and facts", () => {
    const { store, files, key } = tempProfile();
    store.connections.put(newConnection());
    store.connections.put(newConnection({ provider: "github", placeholders: { key: "ph-2" }, expiresAtMs: 9 }));
    store.connections.forget("github");
    store.writeFact("proxyPort", "4000");
    const expected = store.connections.list();
    const value = store.connections.credential({ provider: "openai", name: "default" })?.fields["key"]?.reveal();
    store.close();
    const db = openDatabase(files.database, key);
    const content = decodeContent(encodeContent(readContent(db, made)));
    db.close();
    const copy = restored(content);
    expect(copy.connections.list()).toEqual(expected);
    expect(copy.connections.credential({ provider: "openai", name: "default" })?.fields["key"]?.reveal()).toBe(value);
    expect(copy.readFact("proxyPort")).toBeNull();
    copy.close();
  });

  it.each(fixtureVersions())("of schema %i is brought to this one", (version) => {
    const content = contentOfFixture(version);
    expect(content.schema).toBe(version);
    const store = restored(decodeContent(encodeContent(content)));
    expect(store.connections.credential({ provider: "openai", name: "default" })?.fields["key"]?.reveal()).toBe("fixture-value-1");
    expect(store.connections.find({ provider: "twilio", name: "team" })?.publicFields).toEqual({ sid: "fixture-sid" });
    expect(store.connections.grant({ provider: "gitlab", name: "default" })?.refreshToken?.reveal()).toBe(
      version === 1 ? undefined : "fixture-refresh-token",
    );
    expect(store.readAuthority()?.certificatePem).toBe("fixture certificate");
    expect(store.runs.list()).toEqual([]);
    store.close();
  });

  const good = (): ProfileContent => contentOfFixture(1);
  const changed = (table: string, change: object): ProfileContent => {
    const content = good();
    return { ...content, tables: { ...content.tables, [table]: { ...content.tables[table], ...change } as never } };
  };

  it.each<[string, () => ProfileContent]>([
    ["a table that the schema does not have", () => changed("extra", { columns: ["a"], rows: [] })],
    ["a column that the table does not have", () => changed("connection", { columns: ['a" FROM x; --'], rows: [["b"]] })],
    ["a column twice", () => changed("connection", { columns: ["id", "id"], rows: [] })],
    ["a row that is too short", () => changed("connection", { rows: [["a"]] })],
    ["a row that breaks the schema", () => changed("connection_field", { rows: [["nobody", "x", "key", "v", 0]] })],
  ])("with %s makes no profile", (_what, content) => {
    const directory = tempDirectory();
    const key = randomBytes(32);
    expect(codeOf(() => createProfile({ directory, name: NAME, key, content: content() }))).toBe("BACKUP_CORRUPT");
    expect(contents(directory)).toEqual({});
    expect(codeOf(() => openProfile({ directory, name: NAME, key }))).toBe("PROFILE_UNKNOWN");
  });
});

describe("decoding content", () => {
  const base = { profile: NAME, madeAtMs: 1, schema: 1, tables: {} };
  it.each<[string, unknown]>([
    ["BACKUP_NEWER", { ...base, schema: SCHEMA_VERSION + 1, tables: 7 }],
    ["BACKUP_CORRUPT", { ...base, schema: 0 }],
    ["BACKUP_CORRUPT", { ...base, schema: "1" }],
    ["BACKUP_CORRUPT", { ...base, profile: "../up" }],
    ["BACKUP_CORRUPT", { ...base, madeAtMs: "now" }],
    ["BACKUP_CORRUPT", { ...base, tables: null }],
    ["BACKUP_CORRUPT", { ...base, tables: { connection: { columns: ["id"], rows: [[{}]] } } }],
    ["BACKUP_CORRUPT", { ...base, tables: { connection: { columns: [], rows: [] } } }],
    ["BACKUP_CORRUPT", null],
    ["BACKUP_CORRUPT", []],
  ])("gives %s for %j", (code, value) => {
    expect(codeOf(() => decodeContent(Buffer.from(JSON.stringify(value))))).toBe(code);
  });

  it("refuses what is no JSON", () => expect(codeOf(() => decodeContent(Buffer.from("{")))).toBe("BACKUP_CORRUPT"));
});
