import { randomBytes } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3-multiple-ciphers";
import { describe, expect, it } from "vitest";
import { writeDescriptor } from "../../../src/store/custody/descriptor.ts";
import { openDatabase } from "../../../src/store/database.ts";
import { MIGRATIONS } from "../../../src/store/migrations.ts";
import { confirmKey, openProfile } from "../../../src/store/open-profile.ts";
import { profileFiles } from "../../../src/store/profile-files.ts";
import { codeOf, contents, modeOf, NAME, newConnection, tempDirectory, tempProfile, type TempProfile } from "./temp-profile.ts";

/** Closed, with a few pages of content. */
function closedProfile(): TempProfile {
  const profile = tempProfile();
  for (let at = 0; at < 20; at++) profile.store.connections.put(newConnection({ name: `c${at}`, placeholders: { key: `p${at}` } }));
  profile.store.close();
  return profile;
}

/** The code, after checking that nothing in the directory changed. */
function refusal(profile: Pick<TempProfile, "directory" | "key">, key: Buffer = profile.key): string {
  const before = contents(profile.directory);
  const code = codeOf(() => openProfile({ directory: profile.directory, name: NAME, key }));
  expect(contents(profile.directory)).toEqual(before);
  return code;
}

describe("opening a profile", () => {
  it("gives back what was stored before", () => {
    const { directory, name, key, store } = tempProfile();
    const stored = store.connections.put(newConnection());
    store.close();
    const again = openProfile({ directory, name, key });
    expect(again.connections.list()).toEqual([stored]);
    again.close();
  });

  it("does not create a profile that is not there", () => {
    const directory = tempDirectory();
    expect(refusal({ directory, key: randomBytes(32) })).toBe("PROFILE_UNKNOWN");
  });

  it("leaves one file when it is closed, and may be closed twice", () => {
    const { directory, store } = tempProfile();
    store.connections.put(newConnection());
    store.close();
    store.close();
    expect(Object.keys(contents(directory))).toEqual([`${NAME}.db`]);
  });

  it("answers with PROFILE_LOCKED once it is closed", () => {
    const { store } = closedProfile();
    expect(codeOf(() => store.connections.list())).toBe("PROFILE_LOCKED");
  });
});

describe("a store that cannot be opened is told apart and left untouched", () => {
  it("when the key is another", () => expect(refusal(closedProfile(), randomBytes(32))).toBe("STORE_KEY_WRONG"));

  it("when the key has the wrong length", () => expect(refusal(closedProfile(), randomBytes(16))).toBe("STORE_KEY_WRONG"));

  it("when the file is empty", () => {
    const profile = closedProfile();
    truncateSync(profile.files.database, 0);
    expect(refusal(profile)).toBe("STORE_EMPTY");
    expect(refusal(profile, randomBytes(32))).toBe("STORE_EMPTY");
  });

  it("when the file is a plain SQLite database", () => {
    const profile = closedProfile();
    writeFileSync(profile.files.database, "");
    new Database(profile.files.database).exec("CREATE TABLE t (a)").close();
    expect(refusal(profile)).toBe("STORE_FOREIGN");
  });

  it("when the file is random bytes and the key is known to be right", () => {
    const profile = closedProfile();
    writeDescriptor(profile.files, profile.key, { custody: "key-file", wrap: null });
    writeFileSync(profile.files.database, randomBytes(16_384));
    expect(refusal(profile)).toBe("STORE_FOREIGN");
  });

  it("when an encrypted database of the same key is not keyward's", () => {
    const profile = closedProfile();
    writeFileSync(profile.files.database, "");
    openDatabase(profile.files.database, profile.key).exec("CREATE TABLE t (a)").close();
    expect(refusal(profile)).toBe("STORE_FOREIGN");
  });

  it("when a newer keyward wrote it", () => {
    const profile = closedProfile();
    const db = openDatabase(profile.files.database, profile.key);
    db.pragma("user_version = 1000");
    db.close();
    expect(refusal(profile)).toBe("STORE_NEWER");
  });

  it.each([1, 100, 4_095, 4_096, 8_192, 20_000])("when it lost its last %i bytes", (lost) => {
    const profile = closedProfile();
    truncateSync(profile.files.database, readFileSync(profile.files.database).length - lost);
    expect(refusal(profile)).toBe("STORE_TRUNCATED");
  });

  it.each([9, 16, 100, 4_095, 4_096, 4_097])("when its first %i bytes are all that is left", (left) => {
    const profile = closedProfile();
    truncateSync(profile.files.database, left);
    expect(refusal(profile)).toBe("STORE_TRUNCATED");
  });

  it("when something was appended", () => {
    const profile = closedProfile();
    appendFileSync(profile.files.database, randomBytes(4_096));
    expect(refusal(profile)).toBe("STORE_CORRUPT");
    appendFileSync(profile.files.database, "x");
    expect(refusal(profile)).toBe("STORE_CORRUPT");
  });

  it("when any one bit is flipped", () => {
    const profile = closedProfile();
    const whole = readFileSync(profile.files.database);
    const everywhere = Array.from({ length: 120 }, (_, at) => Math.floor((at * whole.length) / 120) + (at % 17));
    for (const at of [0, 7, 15, 16, 18, 60, 68, 4_000, 4_095, whole.length - 1, ...everywhere]) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(profile.files.database, damaged);
      expect({ at, code: refusal(profile) }).toEqual({ at, code: "STORE_CORRUPT" });
    }
    expect(refusal(profile, randomBytes(32))).toBe("STORE_KEY_WRONG");
  });

  it("when its first page was overwritten", () => {
    const profile = closedProfile();
    const damaged = readFileSync(profile.files.database);
    damaged.fill(0, 0, 4_096);
    writeFileSync(profile.files.database, damaged);
    expect(refusal(profile)).toBe("STORE_CORRUPT");
  });

  it("when a page in use was blanked", () => {
    const profile = closedProfile();
    const damaged = readFileSync(profile.files.database);
    damaged.fill(0, 8_192, 12_288);
    writeFileSync(profile.files.database, damaged);
    expect(refusal(profile)).toBe("STORE_CORRUPT");
  });

  it("when the descriptor belongs to another key", () => {
    const profile = closedProfile();
    writeDescriptor(profile.files, randomBytes(32), { custody: "key-file", wrap: null });
    expect(refusal(profile)).toBe("STORE_KEY_WRONG");
  });

  it("never with the key in the error", () => {
    const profile = closedProfile();
    truncateSync(profile.files.database, 4_096);
    try {
      openProfile({ directory: profile.directory, name: NAME, key: profile.key });
      expect.unreachable();
    } catch (error) {
      const { message, hint, cause, stack } = error as Error & { hint: string };
      expect(`${message}${hint}${stack}${String(cause)}`).not.toContain(profile.key.toString("hex"));
    }
  });
});

describe("a store that others could reach is refused", () => {
  it("when its file is a link", () => {
    const profile = closedProfile();
    const elsewhere = join(tempDirectory(), "elsewhere.db");
    renameSync(profile.files.database, elsewhere);
    symlinkSync(elsewhere, profile.files.database);
    expect(codeOf(() => openProfile(profile))).toBe("HOME_UNSAFE");
  });

  it("when its log is a link", () => {
    const profile = closedProfile();
    symlinkSync(join(profile.directory, "nowhere"), profile.files.wal);
    expect(codeOf(() => openProfile(profile))).toBe("HOME_UNSAFE");
  });

  it.each([0o640, 0o604, 0o620])("when its mode is %o", (mode) => {
    const profile = closedProfile();
    chmodSync(profile.files.database, mode);
    expect(refusal(profile)).toBe("HOME_UNSAFE");
  });
});

describe("a store that crashed", () => {
  /** The files as a killed process leaves them: commits are in the log only. */
  function crashed(): TempProfile & { readonly crashedDirectory: string } {
    const profile = tempProfile();
    profile.store.connections.put(newConnection());
    const crashedDirectory = tempDirectory();
    for (const suffix of [".db", ".db-wal"]) copyFileSync(join(profile.directory, NAME + suffix), join(crashedDirectory, NAME + suffix));
    return { ...profile, crashedDirectory };
  }

  it("comes back with everything that was committed", () => {
    const { crashedDirectory, key } = crashed();
    const store = openProfile({ directory: crashedDirectory, name: NAME, key });
    expect(store.connections.list()).toHaveLength(1);
    expect(modeOf(join(crashedDirectory, `${NAME}.db-wal`))).toBe("600");
    store.close();
    expect(existsSync(join(crashedDirectory, `${NAME}.db-wal`))).toBe(false);
  });

  it("keeps its file and its log when the key is wrong", () => {
    const { crashedDirectory } = crashed();
    expect(refusal({ directory: crashedDirectory, key: randomBytes(32) }, randomBytes(32))).toBe("STORE_KEY_WRONG");
  });

  it("keeps its file and its log when the file is damaged beyond the log", () => {
    const { crashedDirectory, key, files } = crashed();
    // A page that no frame of the log replaces.
    const path = join(crashedDirectory, `${NAME}.db`);
    const damaged = readFileSync(path);
    for (let page = 2; page * 4_096 < damaged.length; page++) damaged.fill(7, page * 4_096 + 64, page * 4_096 + 128);
    writeFileSync(path, damaged);
    const before = [readFileSync(path), readFileSync(`${path}-wal`)];
    expect(codeOf(() => openProfile({ directory: crashedDirectory, name: NAME, key }))).toBe("STORE_CORRUPT");
    expect([readFileSync(path), readFileSync(`${path}-wal`)]).toEqual(before);
    expect(existsSync(files.database)).toBe(true);
  });
});

/** By schema version: which OAuth connections its fixture has. */
const FIXTURE_LOGINS = [[], ["gitlab"], ["github", "gitlab"], ["github", "gitlab"]];

describe("a fixture of every released schema", () => {
  it("is there for each version before the one being worked on", () => {
    const missing = MIGRATIONS.slice(0, -1).filter(
      ({ version }) => !existsSync(fileURLToPath(new URL(`../../fixtures/store/v${version}.db`, import.meta.url))),
    );
    expect(missing).toEqual([]);
  });

  it.each([1, 2, 3, 4])("opens version %i with what it holds", (version) => {
    const directory = tempDirectory();
    const fixture = fileURLToPath(new URL(`../../fixtures/store/v${version}.db`, import.meta.url));
    copyFileSync(fixture, profileFiles(directory, NAME).database);
    chmodSync(profileFiles(directory, NAME).database, 0o600);
    const store = openProfile({ directory, name: NAME, key: Buffer.from(Array.from({ length: 32 }, (_, at) => at)) });
    const stored = store.connections.list();
    expect(stored.filter(({ kind }) => kind === "api_key")).toMatchObject([
      { provider: "openai", name: "default", isDefault: true, placeholders: { key: "fixture-placeholder-1" }, publicFields: {} },
      { provider: "twilio", name: "team", publicFields: { sid: "fixture-sid" }, expiresAtMs: 1_900_000_000_000 },
    ]);
    expect(store.connections.credential({ provider: "openai", name: "default" })?.fields["key"]?.reveal()).toBe("fixture-value-1");
    expect(stored.filter(({ kind }) => kind === "oauth2").map(({ provider }) => provider)).toEqual(FIXTURE_LOGINS[version - 1]);
    expect(store.connections.grant({ provider: "gitlab", name: "default" })?.refreshToken?.reveal()).toBe(
      version === 1 ? undefined : "fixture-refresh-token",
    );
    expect(store.connections.grant({ provider: "openai", name: "default" })).toBeNull();
    if (version >= 3) {
      expect(store.connections.grant({ provider: "github", name: "robot" })).toMatchObject({
        renewal: "client_credentials",
        resource: "https://api.example.com/",
        registeredFor: "device",
      });
    }
    const secret = { scope: "user", name: "FIXTURE_SECRET" } as const;
    const held = [1, 2]
      .map((number) => store.secrets.content(secret, number))
      .map((content) => content && "value" in content && content.value.reveal());
    expect(held).toEqual(version < 4 ? [null, null] : ["fixture-secret-1", "fixture-secret-2"]);
    expect(store.secrets.list().map(({ name, reference }) => [name, reference])).toEqual(
      version < 4
        ? []
        : [
            ["FIXTURE_ELSEWHERE", "env:FIXTURE_VARIABLE"],
            ["FIXTURE_SECRET", null],
          ],
    );
    expect(store.runs.list()).toMatchObject([{ id: "run_fixture", command: "node" }]);
    expect(store.readFact("proxyPort")).toBe("40123");
    expect(store.readAuthority()?.certificatePem).toBe("fixture certificate");
    store.close();
  });
});

describe("confirming a key", () => {
  it("needs a descriptor that names it", () => {
    const { files, key } = closedProfile();
    expect(confirmKey(files, key)).toBe(false);
    writeDescriptor(files, key, { custody: "key-file", wrap: null });
    expect(confirmKey(files, key)).toBe(true);
    expect(codeOf(() => confirmKey(files, randomBytes(32)))).toBe("STORE_KEY_WRONG");
  });
});
