import { describe, expect, it } from "vitest";
import { labelledObject } from "../../../../src/cli/show/all-connections.ts";
import { keyward } from "../../../support/cli/fake-world.ts";
import { ANSWERS, CONNECTION } from "../../../support/cli/sample-answers.ts";
import { BOT } from "../../../support/cli/vault-answers.ts";

const answers = {
  ...ANSWERS,
  "labelled.list": ({ kind }: { kind: string | null }) => ({
    connections: [BOT].filter((service) => kind === null || service.kind === kind),
  }),
  "connection.list": { connections: [CONNECTION, { ...CONNECTION, provider: "slack", name: "bot", id: "con_7" }], notice: null },
};

const list = async (words: readonly string[]) => {
  const done = await keyward(["connection", "list", "--json", ...words], { answers });
  return done.status === 0 ? (JSON.parse(done.stdout) as { connections: Record<string, unknown>[] }).connections : done;
};

describe("all connections", () => {
  it("stand in one list with the same names, one that is logged in and set only once", async () => {
    const rows = (await list([])) as Record<string, unknown>[];
    expect(rows.map(({ id }) => id)).toEqual(["con_1", "bot"]);
    expect(Object.keys(rows[0]!).sort()).toEqual(Object.keys(rows[1]!).sort());
    expect(rows[1]).toMatchObject({ kind: "slack", provider: "slack", connection: "bot", secret: "SLACK_BOT_TOKEN", label: "Team bot" });
  });

  it("are narrowed to a kind, and a kind that there is not is refused with the list", async () => {
    expect(await list(["--kind", "slack"])).toMatchObject([{ id: "bot" }]);
    expect(await list(["--kind", "api_key"])).toMatchObject([{ id: "con_1" }]);
    expect(await list(["--kind", "cron"])).toEqual([]);
    expect(await list(["--kind", "jira"])).toMatchObject({ status: 2, stderr: expect.stringContaining("pagerduty") });
  });
});

it("says of one that needs no secret that it has no authentication", () => {
  expect(labelledObject({ ...BOT, secret: null })).toMatchObject({ auth: "none", secret: null });
});
