import { describe, expect, it } from "vitest";
import type { ImportRow } from "../../../../../src/control/protocol.ts";
import { type Answers, keyward } from "../../../../support/cli/fake-world.ts";
import { ANSWERS, SECRET } from "../../../../support/cli/sample-answers.ts";

describe("creds import", () => {
  const rows = (...outcomes: ImportRow["outcome"][]): Answers => ({
    "connection.import": {
      rows: outcomes.map((outcome, at) => ({ name: `N${at}`, provider: null, connection: null, outcome, reason: null })),
      notice: null,
    },
  });

  it("passes pairs on and prints names and outcomes, never values", async () => {
    const done = await keyward(["creds", "import", "-", "--connection", "work", "--dry-run"], {
      answers: ANSWERS,
      stdin: `OPENAI_API_KEY=${SECRET}\nnonsense\n`,
    });
    expect(done.status).toBe(0);
    expect(done.calls[0]?.params).toEqual({
      profile: null,
      pairs: [{ name: "OPENAI_API_KEY", value: SECRET }],
      connection: "work",
      dryRun: true,
      force: false,
    });
    expect(done.stdout + done.stderr).not.toContain(SECRET);
    expect(done.stderr).toContain("skipped line 2");
  });

  it.each([
    [["stored", "unknown"], 0],
    [["would store"], 0],
    [["exists"], 0],
    [["stored", "refused"], 1],
    [["incomplete"], 1],
    [["unknown"], 7],
  ] as const)("ends for outcomes %j with %d", async (outcomes, status) => {
    expect((await keyward(["creds", "import", "-"], { answers: rows(...outcomes), stdin: "A=b" })).status).toBe(status);
  });

  it("ends with 7 for an empty file and 2 for a missing one, and asks the daemon for nothing", async () => {
    expect(await keyward(["creds", "import", "-"], { stdin: "# nothing\n" })).toMatchObject({ status: 7, calls: [] });
    expect(await keyward(["creds", "import", "missing.env"])).toMatchObject({ status: 2, calls: [] });
  });
});
