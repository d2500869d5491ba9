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

it("is changed over replicas without a request refused: each can read what the other writes, before and after", async () => {
  const database = await sharedDatabase();
  const rig = await startHubRig({ database });
  const oldLine = readFileSync(rig.options.rootKey.file ?? "", "utf8").trim();
  const newLine = newRootKeyLine("2");
  const serve = (...lines: string[]) => serveHub({ options: { ...rig.options, rootKey: { value: lines.join("\n") } }, log });
  const owner = await rig.person(await rig.tenant(), "owner");
  const call = async (hub: { readonly url: string }, token: string, path: string, body: unknown) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const answer = await fetch(hub.url + path, { method: "POST", headers, body: JSON.stringify(body) });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  // The new line behind the old one first, then, replica by replica, in front of it.
  const behind = await serve(oldLine, newLine);
  const front = await serve(newLine, oldLine);
  try {
    const login = owner.tokens.accessToken;
    for (const [writer, reader, name] of [
      [behind, front, "FIRST"],
      [front, behind, "SECOND"],
    ] as const) {
      const { body: made } = await call(writer, login, "/v1/api_tokens", { name, scopes: ["secrets:write", "secrets:access"] });
      const token = String(made["token"]);
      expect((await call(writer, token, "/v1/secrets", { name, value: name })).status).toBe(201);
      expect((await call(reader, token, `/v1/secrets/${name}:access`, {})).body["value"]).toBe(name);
    }
    await rewrapKeys(front.parts);
    for (const hub of [behind, front]) expect((await call(hub, login, "/v1/secrets/FIRST:access", {})).body["value"]).toBe("FIRST");
  } finally {
    await behind.stop();
    await front.stop();
    await rig.destroy();
  }
});
