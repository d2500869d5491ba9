import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeDescriptor } from "../../../src/store/custody/descriptor.ts";
import { createProfile, refuseExisting } from "../../../src/store/create-profile.ts";
import { profileFiles } from "../../../src/store/profile-files.ts";
import { codeOf, contents, modeOf, NAME, newConnection, tempDirectory, tempProfile } from "./temp-profile.ts";

describe("creating a profile", () => {
  it.each([0o000, 0o022, 0o077, 0o277, 0o777])("makes files only their owner can read and write under umask %o", (mask) => {
    const directory = tempDirectory();
    const before = process.umask(mask);
    try {
      const store = createProfile({ directory, name: NAME, key: randomBytes(32) });
      store.connections.put(newConnection());
      const names = Object.keys(contents(directory));
      expect(names.sort()).toEqual([`${NAME}.db`, `${NAME}.db-shm`, `${NAME}.db-wal`]);
      expect(names.map((name) => modeOf(join(directory, name)))).toEqual(["600", "600", "600"]);
      store.close();
    } finally {
      process.umask(before);
    }
  });

  it("never replaces one that is there", () => {
    const { directory, store } = tempProfile();
    store.connections.put(newConnection());
    store.close();
    const before = contents(directory);
    expect(codeOf(() => createProfile({ directory, name: NAME, key: randomBytes(32) }))).toBe("PROFILE_EXISTS");
    expect(contents(directory)).toEqual(before);
  });

  it("never follows or replaces a link or a foreign file of the name", () => {
    const directory = tempDirectory();
    const target = join(directory, "target");
    symlinkSync(target, join(directory, "linked.db"));
    writeFileSync(join(directory, "foreign.db"), "text");
    for (const name of ["linked", "foreign"]) {
      expect(codeOf(() => createProfile({ directory, name, key: randomBytes(32) }))).toBe("PROFILE_EXISTS");
      expect(codeOf(() => refuseExisting(profileFiles(directory, name)))).toBe("PROFILE_EXISTS");
    }
    expect(readdirSync(directory).sort()).toEqual(["foreign.db", "linked.db"]);
    expect(readFileSync(join(directory, "foreign.db"), "utf8")).toBe("text");
  });

  it("refuses a key that is not the one in custody", () => {
    const directory = tempDirectory();
    writeDescriptor(profileFiles(directory, NAME), randomBytes(32), { custody: "key-file", wrap: null });
    expect(codeOf(() => createProfile({ directory, name: NAME, key: randomBytes(32) }))).toBe("STORE_KEY_WRONG");
    expect(Object.keys(contents(directory))).toEqual([`${NAME}.key.json`]);
  });

  it("clears a log that outlived a database of the same name", () => {
    const directory = tempDirectory();
    for (const suffix of ["-wal", "-shm"]) writeFileSync(join(directory, `${NAME}.db${suffix}`), randomBytes(40_000), { mode: 0o600 });
    const store = createProfile({ directory, name: NAME, key: randomBytes(32) });
    expect(store.connections.list()).toEqual([]);
    store.close();
  });

  it("clears what a killed creation left, but not what a live process is writing", () => {
    const directory = tempDirectory();
    const leftover = `.${NAME}.db.new-${process.pid}-abcdef`;
    for (const name of [leftover, `${leftover}-wal`, `.${NAME}.db.new-${process.ppid}-abcdef`, `.other.db.new-${process.pid}-abcdef`]) {
      writeFileSync(join(directory, name), "half");
    }
    createProfile({ directory, name: NAME, key: randomBytes(32) }).close();
    expect(Object.keys(contents(directory)).sort()).toEqual([
      `.other.db.new-${process.pid}-abcdef`,
      `.${NAME}.db.new-${process.ppid}-abcdef`,
      `${NAME}.db`,
    ]);
  });

  it("says that the directory cannot be written and leaves nothing", () => {
    const directory = join(tempDirectory(), "missing");
    expect(codeOf(() => createProfile({ directory, name: NAME, key: randomBytes(32) }))).toBe("STORE_UNUSABLE");
  });

  it("refuses a name that breaks the rule", () => {
    expect(codeOf(() => createProfile({ directory: tempDirectory(), name: "../up", key: randomBytes(32) }))).toBe("NAME_INVALID");
  });
});
