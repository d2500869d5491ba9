// The root key is changed from end to end: a second line, a restart, hub rotate-key; tokens and secrets of before and after work; on both engines.
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { newRootKeyLine } from "../../../../src/hub/keys/root-key.ts";
import { serveHub } from "../../../../src/hub/serve-hub.ts";
import { rewrapKeys } from "../../../../src/hub/upkeep/rewrap-keys.ts";
import { startHubRig } from "../../../support/hub/hub-rig.ts";
import { sharedDatabase } from "../../../support/hub/shared-postgres.ts";

const log = { info: () => undefined, error: () => undefined };

describe.each(["sqlite", "postgres"] as const)("changing the root key on %s", (engine) => {
  it("rewraps every tenant once, reads old secrets and old tokens, and refuses a wrong or missing key at the start", async () => {
    const rig = await startHubRig(engine === "postgres" ? { database: await sharedDatabase() } : {});
    const file = rig.options.rootKey.file ?? "";
    const owner = await rig.person(await rig.tenant(), "owner");
    const token = owner.tokens.accessToken;
    await rig.call("POST", "/v1/secrets", { token, body: { name: "OLD", value: "old value" } });
    await rig.hub.stop();
    const oldLine = readFileSync(file, "utf8").trim();

    writeFileSync(file, `${newRootKeyLine("2")}\n${oldLine}\n`);
    const hub = await serveHub({ options: rig.options, log });
    const call = async (path: string, body?: unknown) => {
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const answer = await fetch(hub.url + path, { method: "POST", headers, body: JSON.stringify(body) });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };
    expect((await call("/v1/secrets/OLD:access", {})).body["value"]).toBe("old value");
    expect(await rewrapKeys(hub.parts)).toBe(2);
    expect(await rewrapKeys(hub.parts)).toBe(0);
    expect((await call("/v1/secrets/OLD:access", {})).body["value"]).toBe("old value");
    const grant = new URLSearchParams({ grant_type: "refresh_token", client_id: "keyward-cli", refresh_token: owner.tokens.refreshToken });
    expect((await fetch(`${hub.url}/oauth/token`, { method: "POST", body: grant })).status).toBe(200);
    await hub.stop();

    const newLine = readFileSync(file, "utf8").split("\n")[0] ?? "";
    writeFileSync(file, `${newRootKeyLine("1")}\n`);
    await expect(serveHub({ options: rig.options, log })).rejects.toMatchObject({ code: engine === "sqlite" ? "HUB_UNUSABLE" : "HUB_KEY" });
    if (engine === "postgres") {
      // On PostgreSQL the old line may go: secrets are read with the new key alone, and old tokens end.
      writeFileSync(file, `${newLine}\n`);
      const after = await serveHub({ options: rig.options, log });
      const me = await fetch(`${after.url}/v1/me`, { headers: { authorization: `Bearer ${token}` } });
      expect(me.status).toBe(401);
      await after.stop();
    }
    writeFileSync(file, `${newLine}\n${oldLine}\n`);
    await rig.destroy();
  });
});
