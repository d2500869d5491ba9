import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkStore } from "../../../../src/daemon/doctor/store.ts";
import { openSubject } from "../../../../src/daemon/doctor/subject.ts";
import { profileFiles } from "../../../../src/store/profile-files.ts";
import { lockedSubject, wellSubject } from "./subject-of.ts";

describe("the store", () => {
  it("is well when every page is, and not looked at when it is locked", async () => {
    const subject = await wellSubject();
    const { database } = profileFiles(subject.parts.paths.profiles, "default");
    expect(checkStore(subject)).toMatchObject({ state: "ok", found: `${database}, 0 connections` });
    expect(checkStore(await lockedSubject())).toMatchObject({ state: "warn" });
  });

  it("fails when the open store says so, and when a damaged file cannot be opened", async () => {
    const subject = await wellSubject();
    const profile = Object.create(subject.profile, { store: { value: { isSound: () => false } } }) as typeof subject.profile;
    expect(checkStore({ ...subject, profile })).toMatchObject({ state: "fail", fix: expect.stringContaining("backup") as string });
    const { parts } = subject;
    parts.profiles.closeAll();
    const { database } = profileFiles(parts.paths.profiles, "default");
    const bytes = readFileSync(database);
    bytes.fill(7, 4096, 8192);
    writeFileSync(database, bytes);
    expect(checkStore(await openSubject(null, parts))).toMatchObject({ state: "fail", name: "store" });
  });
});
