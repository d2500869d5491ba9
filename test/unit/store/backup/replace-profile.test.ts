import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Secret } from "../../../../src/core/secret.ts";
import type { ProfileContent } from "../../../../src/store/backup/profile-content.ts";
import { readBackup } from "../../../../src/store/backup/read-backup.ts";
import { replaceProfile } from "../../../../src/store/backup/replace-profile.ts";
import { openDatabase } from "../../../../src/store/database.ts";
import { codeOf, contents, modeOf, newConnection, tempProfile, type TempProfile } from "../temp-profile.ts";

const passphrase = new Secret("correct horse");

/** A closed profile with a connection `old`, and the content of another one with a connection `saved`. */
async function replaceable(): Promise<TempProfile & { content: ProfileContent }> {
  const other = tempProfile();
  other.store.connections.put(newConnection({ name: "saved" }));
  const { content } = await readBackup(await other.store.backUp(passphrase), passphrase);
  const profile = tempProfile();
  profile.store.connections.put(newConnection({ name: "old" }));
  profile.store.close();
  return { ...profile, content };
}

const names = (store: TempProfile["store"]): string[] => store.connections.list().map(({ name }) => name);

describe("replacing a profile", () => {
  it("puts the backup in its place under the same key and keeps the old store beside it", async () => {
    const { content, ...profile } = await replaceable();
    const store = replaceProfile(profile, content);
    expect(names(store)).toEqual(["saved"]);
    store.close();
    expect(Object.keys(contents(profile.directory)).sort()).toEqual(["work.db", "work.db.before-restore"]);
    const kept = `${profile.files.database}.before-restore`;
    expect(modeOf(kept)).toBe("600");
    const old = openDatabase(kept, profile.key, true);
    expect(old.prepare("SELECT name FROM connection").pluck().all()).toEqual(["old"]);
    old.close();
  });

  it("works on a store that is damaged, and keeps that as it is", async () => {
    const { content, ...profile } = await replaceable();
    const damaged = readFileSync(profile.files.database).fill(3, 4_096, 9_000);
    writeFileSync(profile.files.database, damaged);
    const store = replaceProfile(profile, content);
    expect(names(store)).toEqual(["saved"]);
    store.close();
    expect(readFileSync(`${profile.files.database}.before-restore`).equals(damaged)).toBe(true);
  });

  it("does not replay the old store's log into the new one", async () => {
    const { content, ...profile } = await replaceable();
    writeFileSync(profile.files.wal, randomBytes(8_192), { mode: 0o600 });
    const store = replaceProfile(profile, content);
    expect(names(store)).toEqual(["saved"]);
    store.close();
  });

  it("changes nothing when the backup does not fit", async () => {
    const { content, ...profile } = await replaceable();
    const before = contents(profile.directory);
    const bad = { ...content, tables: { ...content.tables, extra: { columns: ["a"], rows: [] } } };
    expect(codeOf(() => replaceProfile(profile, bad))).toBe("BACKUP_CORRUPT");
    expect(contents(profile.directory)).toEqual(before);
    expect(existsSync(`${profile.files.database}.before-restore`)).toBe(false);
  });
});
