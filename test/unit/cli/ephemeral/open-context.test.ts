import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { keyward } from "../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../support/cli/sample-answers.ts";

describe("KEYWARD_EPHEMERAL", () => {
  it("leaves nothing behind, and asks for no profile of the environment", async () => {
    const runtime = mkdtempSync(join(tmpdir(), "kw-eph-"));
    const env = { KEYWARD_EPHEMERAL: "1", KEYWARD_PROFILE: "work", XDG_RUNTIME_DIR: runtime };
    const done = await keyward(["creds", "check"], { answers: ANSWERS, env });
    expect(done.status).toBe(0);
    expect(done.calls[0]).toEqual({ method: "creds.catalogue", params: { profile: null } });
    expect(readdirSync(runtime)).toEqual([]);
  });

  it("refuses to store", async () => {
    const done = await keyward(["login", "openai", "--stdin"], { answers: ANSWERS, stdin: "x", env: { KEYWARD_EPHEMERAL: "1" } });
    expect(done).toMatchObject({ status: 2, calls: [], stderr: expect.stringContaining("nothing can be stored") as string });
  });
});
