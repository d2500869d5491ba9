import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openSubject, withoutProfile } from "../../../../src/daemon/doctor/subject.ts";
import { lockedSubject, makeParts, wellSubject } from "./subject-of.ts";

describe("the profile that is looked at", () => {
  it("is made by no diagnosis", async () => {
    const parts = makeParts();
    const subject = await openSubject(null, parts);
    expect(subject).toMatchObject({ name: "default", profile: null, refusal: null });
    expect(parts.profiles.list()).toEqual([]);
    expect(withoutProfile(subject, "store")).toMatchObject({ name: "store", state: "ok" });
  });

  it("is opened when it can be, and a warning when it is locked", async () => {
    expect(withoutProfile(await wellSubject(), "store")).toBeNull();
    const locked = await lockedSubject();
    expect(locked.refusal?.code).toBe("PROFILE_LOCKED");
    expect(withoutProfile(locked, "store")).toMatchObject({
      state: "warn",
      fix: expect.stringContaining("keyward profile unlock") as string,
    });
  });

  it("is unknown under damaged settings, and one that is not there is refused", async () => {
    const parts = makeParts();
    expect((await openSubject("work", parts)).refusal?.code).toBe("PROFILE_UNKNOWN");
    writeFileSync(parts.paths.config, "{oops", { mode: 0o600 });
    const subject = await openSubject(null, parts);
    expect(subject).toMatchObject({ name: "", profile: null });
    expect(withoutProfile(subject, "store")).toMatchObject({ state: "warn", fix: null });
  });
});
