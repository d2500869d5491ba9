import { expect, it } from "vitest";
import { createAuthority } from "../../../../src/certs/authority.ts";
import { systemClock } from "../../../../src/core/clock.ts";
import { UnlockedProfile } from "../../../../src/daemon/profiles/unlocked-profile.ts";

it("a profile that is closed forgets its key and closes store and audit", () => {
  const closed: string[] = [];
  const key = Buffer.alloc(32, 7);
  const profile = new UnlockedProfile({
    store: { name: "default", close: () => closed.push("store") } as never,
    audit: { close: () => closed.push("audit") } as never,
    seal: {} as never,
    key,
    custody: "file",
    authority: createAuthority(Date.now()),
    certificatePath: "/x",
    clock: systemClock,
  });
  profile.close();
  expect(key).toEqual(Buffer.alloc(32));
  expect(closed).toEqual(["audit", "store"]);
});
