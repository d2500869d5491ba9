import { describe, expect, it } from "vitest";
import { CUSTODY_WORDS, profileObject } from "../../../../src/cli/show/profiles.ts";

describe("profileObject", () => {
  it("keeps what a script may know", () => {
    const profile = { name: "work", active: true, state: "locked", custody: "passphrase", path: "/h/work.db" } as const;
    expect(profileObject(profile)).toEqual(profile);
    expect(CUSTODY_WORDS[profile.custody]).toBe("a passphrase");
  });
});
