import { expect, it } from "vitest";
import { createRateLimit, TIERS } from "../../../../src/hub/http/rate-limit.ts";

const setUp = () => {
  let nowMs = 1_000_000;
  const limit = createRateLimit({ nowMs: () => nowMs });
  const spend = (count: number, who = "a"): void => {
    for (let turn = 0; turn < count; turn += 1) limit.require("auth", who);
  };
  return { limit, spend, pass: (ms: number) => (nowMs += ms) };
};

it("lets a burst through, then refuses with the seconds to wait, then lets through what has refilled", () => {
  const { limit, spend, pass } = setUp();
  spend(TIERS.auth.burst);
  expect(() => limit.require("auth", "a")).toThrow(expect.objectContaining({ code: "HUB_BUSY", detail: { retryAfterS: 1 } }));
  pass(1_000);
  spend(TIERS.auth.perSecond);
  expect(() => spend(1)).toThrow("too many requests");
});

it("counts each address and each tier by itself", () => {
  const { limit, spend } = setUp();
  spend(TIERS.auth.burst);
  expect(() => spend(1, "b")).not.toThrow();
  expect(() => limit.require("page", "a")).not.toThrow();
});

it("is neither refilled nor emptied by a clock that is set back, and never holds more than a burst", () => {
  const { spend, pass } = setUp();
  spend(TIERS.auth.burst);
  pass(-3_600_000);
  expect(() => spend(1)).toThrow("too many requests");
  pass(7_200_000);
  spend(TIERS.auth.burst);
  expect(() => spend(1)).toThrow("too many requests");
});

it("forgets the longest unseen when a million ask once", () => {
  const { spend } = setUp();
  spend(TIERS.auth.burst, "first");
  for (let each = 0; each < 100_001; each += 1) spend(1, String(each));
  expect(() => spend(1, "first")).not.toThrow();
});
