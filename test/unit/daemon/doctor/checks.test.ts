import { describe, expect, it } from "vitest";
import { runChecks } from "../../../../src/daemon/doctor/checks.ts";
import { makeParts } from "./subject-of.ts";

const NAMES = ["key custody", "store", "audit", "certificate authority", "provider definitions", "clock", "proxy"];

describe("the checks", () => {
  it("are all well in a new home, and make no profile", async () => {
    const parts = makeParts();
    const checks = await runChecks(null, parts);
    expect(checks.map(({ name }) => name)).toEqual(NAMES);
    expect(checks.filter(({ state }) => state !== "ok")).toEqual([]);
    expect(parts.profiles.list()).toEqual([]);
  });

  it("go on when one breaks, which then fails without its inner words", async () => {
    const definitions = {
      refresh: () => {
        throw new Error("inner words");
      },
    };
    const parts = makeParts({ definitions: definitions as never });
    const checks = await runChecks(null, parts);
    expect(checks.map(({ name }) => name)).toEqual(NAMES);
    const broken = checks.find(({ name }) => name === "provider definitions");
    expect(broken).toMatchObject({ state: "fail", fix: "keyward daemon logs" });
    expect(JSON.stringify(checks)).not.toContain("inner words");
    expect(parts.log.error).toHaveBeenCalledOnce();
  });
});
