import { rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkCustody } from "../../../../src/daemon/doctor/custody.ts";
import { openSubject } from "../../../../src/daemon/doctor/subject.ts";
import { profileFiles } from "../../../../src/store/profile-files.ts";
import { lockedSubject, makeParts, wellSubject } from "./subject-of.ts";

describe("key custody", () => {
  it("names the file a key is kept in", async () => {
    const subject = await wellSubject();
    const { key } = profileFiles(subject.parts.paths.profiles, "default");
    expect(checkCustody(subject)).toMatchObject({ state: "ok", found: `the key is in ${key} (for this user alone)` });
  });

  it("is well without a profile and a warning for a locked one", async () => {
    expect(checkCustody(await openSubject(null, makeParts()))).toMatchObject({ state: "ok", fix: null });
    expect(checkCustody(await lockedSubject())).toMatchObject({ state: "warn", found: "the key is wrapped by a passphrase, and locked" });
  });

  it("fails when the key is gone", async () => {
    const { parts } = await wellSubject();
    parts.profiles.closeAll();
    rmSync(profileFiles(parts.paths.profiles, "default").key);
    const check = checkCustody(await openSubject(null, parts));
    expect(check.state).toBe("fail");
    expect(check.fix).not.toBeNull();
  });
});
