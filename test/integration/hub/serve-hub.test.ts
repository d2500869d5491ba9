// Serving: a taken port, files that are no certificate, and the last uses written when it stops.
import { createServer } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { serveHub } from "../../../src/hub/serve-hub.ts";
import { type HubRig, startHubRig } from "../../support/hub/hub-rig.ts";

const log = { info: () => undefined, error: () => undefined };
let rig: HubRig;
beforeAll(async () => {
  rig = await startHubRig();
});
afterAll(() => rig.destroy());

it("says which address it cannot listen on, and which files it cannot read", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  await expect(serveHub({ options: { ...rig.options, port }, log })).rejects.toMatchObject({ code: "PORT_TAKEN" });
  taken.close();
  const tls = { certFile: "/nowhere.pem", keyFile: "/nowhere.key" };
  await expect(serveHub({ options: { ...rig.options, tls }, log })).rejects.toMatchObject({ code: "HUB_UNUSABLE" });
});

it("writes what it saw when it stops, though its timer never fired", async () => {
  const owner = await rig.person(await rig.tenant(), "owner");
  const hub = await serveHub({ options: rig.options, log, lastUseEveryMs: 3_600_000 });
  const id = owner.tokens.session.session_id;
  await fetch(`${hub.url}/v1/me`, { headers: { authorization: `Bearer ${owner.tokens.accessToken}` } });
  await hub.stop();
  const row = await rig.hub.parts.storage.within({}, ({ db }) =>
    db.selectFrom("last_use").selectAll().where("subject_id", "=", id).executeTakeFirst(),
  );
  expect(row?.used_at_ms).toBeGreaterThan(0);
});
