// Answers kept by Idempotency-Key in a real database: the same again for the same request, a refusal for another, sealed at rest.
// In: a rig with a clock of its own. Out: kept answers.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { randomText } from "../../../../src/core/ids.ts";
import { type KeptAnswer, keepAnswer, recallAnswer, type Repeat } from "../../../../src/hub/http/idempotency.ts";
import { type HubRig, startHubRig } from "../../../support/hub/hub-rig.ts";

let nowMs = Date.now();
const DAY_MS = 24 * 3_600_000;

describe("an answer kept by its Idempotency-Key", () => {
  let rig: HubRig;
  beforeAll(async () => {
    rig = await startHubRig({ clock: { nowMs: () => nowMs } });
  });
  afterAll(() => rig.destroy());

  const repeatOf = (more: Partial<Repeat> = {}): Repeat => ({
    key: `key-${randomText(8)}`,
    owner: "ten_a|ses_a",
    request: { a: 1 },
    ...more,
  });
  const recall = (repeat: Repeat) => rig.hub.parts.storage.within({}, (tx) => recallAnswer(tx, rig.hub.parts, repeat));
  const keep = (repeat: Repeat, answer: KeptAnswer) =>
    rig.hub.parts.storage.within({}, (tx) => keepAnswer(tx, rig.hub.parts, { repeat, answer }));

  it("comes back for the same request of the same caller for a day", async () => {
    const repeat = repeatOf();
    expect(await recall(repeat)).toBeNull();
    const answer = { status: 201, body: { id: "x" } };
    expect(await keep(repeat, answer)).toEqual(answer);
    nowMs += DAY_MS - 1;
    expect(await recall({ ...repeat, request: { a: 1 } })).toEqual(answer);
    nowMs += 1;
    expect(await recall(repeat)).toBeNull();
  });

  it("also comes back when it has no body", async () => {
    const repeat = repeatOf();
    await keep(repeat, { status: 204, body: null });
    expect(await recall(repeat)).toEqual({ status: 204, body: null });
  });

  it("is nobody else's, and refuses another request under its key", async () => {
    const repeat = repeatOf();
    await keep(repeat, { status: 201, body: 1 });
    expect(await recall({ ...repeat, owner: "ten_b|ses_b" })).toBeNull();
    await expect(recall({ ...repeat, request: { a: 2 } })).rejects.toMatchObject({ code: "HUB_CONFLICT" });
  });

  it.each(["", "a b", "ä", "x".repeat(201)])("is not kept under the key %j", async (key) => {
    await expect(recall(repeatOf({ key }))).rejects.toMatchObject({ code: "HUB_INVALID" });
  });

  it("is sealed in the database", async () => {
    const repeat = repeatOf();
    const shownOnce = randomText(30);
    await keep(repeat, { status: 201, body: { token: shownOnce } });
    const key = rig.hub.parts.digester.digest(`${repeat.owner}|${repeat.key}`).digest;
    const row = await rig.hub.parts.storage.within({ key }, ({ db }) =>
      db.selectFrom("idempotency").selectAll().where("key_digest", "=", key).executeTakeFirstOrThrow(),
    );
    expect(row.sealed_body?.length).toBeGreaterThan(shownOnce.length);
    expect(row.sealed_body?.toString("latin1")).not.toContain(shownOnce);
  });
});
