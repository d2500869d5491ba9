// Opening a hub: what is missing, wrong or too new fails before anything is served, each with its own code.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { systemClock } from "../../../src/core/clock.ts";
import type { HubOptions } from "../../../src/hub/hub-options.ts";
import { openHub } from "../../../src/hub/open-hub.ts";
import { sharedDatabase } from "../../support/hub/shared-postgres.ts";

const dataDir = mkdtempSync(join(tmpdir(), "keyward-open-hub-"));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));
const value = `1:${randomBytes(32).toString("hex")}`;
const base: HubOptions = {
  dataDir,
  databaseUrl: undefined,
  ownerUrl: undefined,
  rootKey: { value },
  host: "127.0.0.1",
  port: 0,
  tls: null,
  publicUrl: undefined,
};
const open = (options: HubOptions, mayCreate: boolean) =>
  openHub({ options, clock: systemClock, log: { info: () => undefined, error: () => undefined }, mayCreate });

it("opens a SQLite hub only after init, and only with its key", async () => {
  await expect(open(base, false)).rejects.toMatchObject({ code: "HUB_UNUSABLE", hint: "keyward hub init" });
  await (await open(base, true)).storage.close();
  await (await open(base, false)).storage.close();
  const other = { ...base, rootKey: { value: `1:${randomBytes(32).toString("hex")}` } };
  await expect(open(other, false)).rejects.toMatchObject({ code: "HUB_UNUSABLE" });
  await expect(open({ ...base, rootKey: {} }, false)).rejects.toMatchObject({ code: "HUB_KEY" });
});

it("tells an empty PostgreSQL, a wrong key, a free role and a database that is away apart", async () => {
  const { url, ownerUrl } = await sharedDatabase();
  const options = { ...base, databaseUrl: url, ownerUrl };
  await expect(open(options, false)).rejects.toMatchObject({ code: "HUB_SCHEMA", hint: "keyward hub init" });
  await (await open(options, true)).storage.close();
  const wrong = { ...options, rootKey: { value: `1:${randomBytes(32).toString("hex")}` } };
  await expect(open(wrong, false)).rejects.toMatchObject({ code: "HUB_KEY" });
  const free = Object.assign(new URL(url), { username: "super" }).href;
  await expect(open({ ...options, databaseUrl: free }, false)).rejects.toMatchObject({ code: "HUB_UNUSABLE" });
  const away = Object.assign(new URL(url), { port: "1" }).href;
  await expect(open({ ...options, databaseUrl: away }, false)).rejects.toMatchObject({ code: "HUB_DATABASE" });
});
