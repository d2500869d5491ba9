// Sessions of browsers in a real database: a cookie whose digest is kept, a form token that is good for it alone.
// In: a rig and hono contexts made of plain requests. Out: sessions, cookies and refusals.
import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HubEnv } from "../../../../src/hub/http/hub-app.ts";
import {
  type BrowserSession,
  currentBrowserSession,
  endBrowserSession,
  newBrowserSession,
  openBrowserSession,
  requireCsrf,
} from "../../../../src/hub/pages/browser-session.ts";
import { type HubRig, startHubRig } from "../../../support/hub/hub-rig.ts";

let nowMs = Date.now();

describe("a browser's session", () => {
  let rig: HubRig;
  let app: Hono<HubEnv>;
  let isSecure = false;
  beforeAll(async () => {
    rig = await startHubRig({ clock: { nowMs: () => nowMs } });
    const parts = () => ({ ...rig.hub.parts, ...(isSecure ? { publicUrl: "https://hub.example" } : {}) });
    app = new Hono<HubEnv>();
    app.get("/open", async (context) => context.json(await openBrowserSession(parts(), context)));
    app.get("/current", async (context) => context.json(await currentBrowserSession(parts(), context)));
    app.get("/new/:user", async (context) => context.json(await newBrowserSession(parts(), context, context.req.param("user"))));
  });
  afterAll(() => rig.destroy());

  const ask = async (path: string, cookie?: string) => {
    const response = await app.request(path, cookie === undefined ? {} : { headers: { cookie } });
    const setCookie = response.headers.get("set-cookie");
    return { session: (await response.json()) as BrowserSession | null, setCookie, cookie: setCookie?.split(";")[0] ?? "" };
  };

  it("begins without a person, and is the same one for the cookie that went out", async () => {
    const first = await ask("/open");
    expect(first.session).toMatchObject({ userId: null });
    expect(first.setCookie).toMatch(/^keyward=kw_\S+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/);
    const again = await ask("/open", first.cookie);
    expect([again.session, again.setCookie]).toEqual([first.session, null]);
  });

  it("has a cookie bound to the host when the hub is on https", async () => {
    isSecure = true;
    const { setCookie } = await ask("/open");
    isSecure = false;
    expect(setCookie).toMatch(/^__Host-keyward=kw_.*; Secure/);
  });

  it("is another one for a person who signs in, with a form token of its own", async () => {
    const before = await ask("/open");
    const { userId } = await rig.person(await rig.tenant());
    const after = await ask(`/new/${userId}`, before.cookie);
    expect(after.session?.userId).toBe(userId);
    expect(after.cookie).not.toBe(before.cookie);
    expect(after.session?.csrf).not.toBe(before.session?.csrf);
    expect((await ask("/current", after.cookie)).session).toEqual(after.session);
  });

  it("is none for no cookie, a made-up one, one that was ended and one that is over", async () => {
    expect((await ask("/current")).session).toBeNull();
    expect((await ask("/current", "keyward=made-up")).session).toBeNull();
    const [ended, forgotten] = [await ask("/open"), await ask("/open")];
    await rig.hub.parts.storage.within({}, (tx) => endBrowserSession(tx, ended.session?.id ?? ""));
    expect((await ask("/current", ended.cookie)).session).toBeNull();
    nowMs += 12 * 3_600_000;
    expect((await ask("/current", forgotten.cookie)).session).toBeNull();
  });

  it("takes a form with its own token and refuses any other", async () => {
    const [{ session: own }, { session: other }] = [await ask("/open"), await ask("/open")];
    requireCsrf(own, new URLSearchParams({ csrf: own?.csrf ?? "" }));
    const refused = { message: expect.stringContaining("not from a page of this browser's session") as string };
    for (const csrf of ["", "x", other?.csrf ?? ""])
      expect(() => requireCsrf(own, new URLSearchParams({ csrf }))).toThrow(expect.objectContaining(refused));
    expect(() => requireCsrf(null, new URLSearchParams({ csrf: "" }))).toThrow(expect.objectContaining(refused));
  });
});
