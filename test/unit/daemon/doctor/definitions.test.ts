import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkDefinitions } from "../../../../src/daemon/doctor/definitions.ts";
import { wellSubject } from "./subject-of.ts";

describe("the provider definitions", () => {
  it("are counted, and a broken one of the user's is named with its mistake", async () => {
    const subject = await wellSubject();
    expect(checkDefinitions(subject)).toMatchObject({
      state: "ok",
      found: expect.stringMatching(/^\d+ known, 0 of them your own$/) as string,
    });
    const path = join(subject.parts.paths.providers, "mine.json");
    writeFileSync(path, '{"id": "mine"}');
    const check = checkDefinitions(subject);
    expect(check).toMatchObject({ state: "fail", fix: `keyward provider validate '${path}'` });
    expect(check.found).toContain(`${path}:1: `);
  });
});
