import { expect, it } from "vitest";
import { secretObject, secretRow } from "../../../../src/cli/vault/show-secrets.ts";
import { NOW_MS } from "../../../support/cli/fake-world.ts";
import { SLACK_SECRET } from "../../../support/cli/vault-answers.ts";

it("shows names, places and times of a secret", () => {
  expect(secretRow(SLACK_SECRET, NOW_MS)).toEqual(["SLACK_BOT_TOKEN", "workspace", "profile", "2", "1 hour ago", "bot"]);
  expect(secretObject(SLACK_SECRET)).toMatchObject({ name: "SLACK_BOT_TOKEN", updated_at: "2025-01-31T11:00:00.000Z", used_by: ["bot"] });
});
