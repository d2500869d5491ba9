// What a database dump gives away: no token, secret, password or usable digest, neither of PostgreSQL nor of the SQLite file; and a chain that shows tampering.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { verify as verifyHash } from "@node-rs/argon2";
import { expect, it } from "vitest";
import { CHAIN_START, linkHash } from "../../../../src/hub/record/append-audit.ts";
import { openBrowserLike } from "../../../support/hub/browser-like.ts";
import { describeOnBothEngines } from "../../../support/hub/engines.ts";
import { postgresBin } from "../../../support/hub/postgres.ts";
import { canary, vaultScene } from "../../../support/hub/vault-scene.ts";

const PASSWORD = "correct horse canary";

describeOnBothEngines("the database", (rig) => {
  const { setUp, enrol } = vaultScene(rig);

  it("holds nothing that opens anything when it is dumped", async () => {
    const { token, put, place } = await setUp();
    const value = canary("dumped");
    await put("KEY", value);
    const headers = { "idempotency-key": "dump-1" };
    const machine = await rig().call("POST", "/v1/api_tokens", { token, body: { name: "CI" }, headers });
    const device = await enrol(token);
    await rig().call("GET", "/v1/sync", { token: device.token });
    const email = "dump@example.com";
    const path = `/v1/workspaces/${place.workspaceId}/members`;
    const { body } = await rig().call("POST", path, { token, body: { email, role: "member" } });
    const browser = openBrowserLike(rig().hub.url);
    await browser.submit(await browser.open("/join"), "/join", { invitation: body.invitation, email, password: PASSWORD });
    const [cookie = ""] = browser.cookies.values();
    const tokens = [token, String(machine.body.token), device.token, cookie, String(body.invitation).split("#")[1] ?? ""];
    expect(tokens.every((each) => each.startsWith("kw_"))).toBe(true);
    const dump = dumped();
    expect(dump.length).toBeGreaterThan(10_000);
    const hashes = tokens.map((each) => createHash("sha256").update(each).digest("hex"));
    const root = readFileSync(join(rig().options.dataDir, "root.key"), "utf8").trim().slice(2);
    for (const each of [...tokens, ...tokens.map((text) => text.slice(7)), ...hashes, value, PASSWORD, root]) {
      expect(dump.includes(each)).toBe(false);
      expect(dump.includes(Buffer.from(each).toString("hex"))).toBe(false);
      expect(dump.includes(Buffer.from(each).toString("base64"))).toBe(false);
    }
    // The hash of the password is there, and is none without the pepper from the root key.
    const phc = /\$argon2id\$v=19\$[\w=,]+\$[\w+/]+\$[\w+/]+/.exec(dump)?.[0];
    expect(phc === undefined).toBe(rig().hub.parts.storage.engine === "sqlite");
    if (phc !== undefined) expect(await verifyHash(phc, PASSWORD)).toBe(false);
    expect(rig().logged.join("\n")).not.toMatch(/kw_(?:ses|pat|dev|inv|web)_|canary/);
  });

  function dumped(): string {
    const { dataDir, databaseUrl } = rig().options;
    if (databaseUrl === undefined)
      return readdirSync(dataDir)
        .filter((name) => name.startsWith("hub.db"))
        .map((name) => readFileSync(join(dataDir, name), "latin1"))
        .join("");
    const superUrl = Object.assign(new URL(databaseUrl), { username: "super" }).href;
    return execFileSync(join(postgresBin() ?? "", "pg_dump"), [superUrl], { encoding: "latin1", maxBuffer: 1e9 });
  }

  it("shows a changed, a removed and a moved line of its audit", async () => {
    const { token, put, place } = await setUp();
    for (let turn = 0; turn < 4; turn += 1) await put(`KEY_${turn}`, "v");
    const verify = async () => (await rig().call("GET", "/v1/audit/verify", { token })).body;
    expect(await verify()).toMatchObject({ is_intact: true, first_broken_seq: null });
    const { storage } = rig().hub.parts;
    await storage.within({ tenantId: place.tenantId, workspaceId: "*" }, ({ db }) =>
      db
        .updateTable("audit_event")
        .set({ actor: "user:nobody" } as object)
        .where("tenant_id", "=", place.tenantId)
        .where("seq", "=", 2)
        .execute(),
    );
    expect(await verify()).toMatchObject({ is_intact: false, first_broken_seq: 2 });
  });
});

it("binds every field and the line before", () => {
  const event = { tenantId: "t", workspaceId: "w", atMs: 1, actor: "a", action: "x", subject: "s", detail: { n: 1 }, seq: 1, eventId: "e" };
  const hash = linkHash(CHAIN_START, event);
  for (const change of [
    { tenantId: "u" },
    { workspaceId: null },
    { atMs: 2 },
    { actor: "b" },
    { action: "y" },
    { subject: "z" },
    { detail: {} },
    { seq: 2 },
    { eventId: "f" },
  ])
    expect(linkHash(CHAIN_START, { ...event, ...change })).not.toBe(hash);
  expect(linkHash(hash, event)).not.toBe(hash);
});
