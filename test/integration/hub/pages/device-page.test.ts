// A device login from the set-up address to a working token, over real sockets and cookies: the parts others got wrong, on both engines.
import { expect, it } from "vitest";
import { kindOf } from "../../../../src/core/shapes/hub-token.ts";
import { type BrowserLike, openBrowserLike, type Page } from "../../../support/hub/browser-like.ts";
import { describeOnBothEngines } from "../../../support/hub/engines.ts";

const PASSWORD = "correct horse battery";
let nowMs = Date.now();
const clock = { nowMs: () => nowMs };

describeOnBothEngines(
  "a device login",
  (rig) => {
    const post = async (path: string, fields: Record<string, string>) => {
      const response = await fetch(rig().hub.url + path, { method: "POST", body: new URLSearchParams(fields) });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    const begin = async (fields: Record<string, string> = {}) =>
      (await post("/oauth/device_authorization", { client_id: "keyward-cli", host_name: "laptop", ...fields })).body as Record<
        string,
        string
      >;
    const poll = (deviceCode: string) =>
      post("/oauth/token", {
        grant_type: "urn:ietf:params:oauth:grant-type:device_code",
        client_id: "keyward-cli",
        device_code: deviceCode,
      });

    let people = 0;
    /** A browser with someone signed in who owns a workspace. */
    const signedIn = async (): Promise<BrowserLike> => {
      const browser = openBrowserLike(rig().hub.url);
      const place = await rig().tenant();
      const owner = await rig().person(place, "owner", { isTenantAdmin: true });
      const email = `p${(people += 1)}-${Date.now()}@example.com`;
      const invited = await rig().call("POST", `/v1/workspaces/${place.workspaceId}/members`, {
        token: owner.tokens.accessToken,
        body: { email, role: "admin" },
      });
      const joined = await browser.submit(await browser.open("/join"), "/join", {
        invitation: invited.body.invitation,
        email,
        password: PASSWORD,
      });
      expect(joined.text).toContain("Your account is ready");
      return browser;
    };
    const claim = async (browser: BrowserLike, userCode: string): Promise<Page> =>
      browser.submit(await browser.open(`/device?user_code=${userCode}`), "/device", {});
    const workspaceIn = (page: Page): string => /<option value="(wsp_\w+)"/.exec(page.text)?.[1] ?? "";
    const approve = (browser: BrowserLike, page: Page, scopes: readonly string[] = ["secrets:read"]) =>
      browser.submit(page, "/device/decide", { decision: "approve", workspace: workspaceIn(page), scope: scopes });

    it("gives the program a session for the workspace and scopes the person chose, once", async () => {
      const browser = await signedIn();
      const codes = await begin();
      expect(codes["user_code"]).toMatch(/^[B-Z]{4}-[B-Z]{4}$/);
      expect((await poll(codes["device_code"] ?? "")).body["error"]).toBe("authorization_pending");
      const page = await claim(browser, codes["user_code"]?.toLowerCase() ?? "");
      expect(page.text).toContain("laptop");
      expect((await approve(browser, page)).text).toContain("logged in");
      const redeemed = await Promise.all(Array.from({ length: 20 }, () => poll(codes["device_code"] ?? "")));
      const won = redeemed.filter(({ status }) => status === 200);
      expect(won).toHaveLength(1);
      expect(redeemed.filter(({ body }) => body["error"] === "invalid_grant")).toHaveLength(19);
      const token = String(won[0]?.body["access_token"]);
      expect(kindOf(token)).toBe("ses");
      expect(won[0]?.body).toMatchObject({ scope: "secrets:read", workspace: { slug: "main" }, token_type: "Bearer" });
      const me = await rig().call("GET", "/v1/me", { token });
      expect(me.body).toMatchObject({ kind: "session", scopes: ["secrets:read"], workspace: { slug: "main", role: "admin" } });
    });

    it("says slow_down without starving a program that then waits", async () => {
      const codes = await begin();
      const code = codes["device_code"] ?? "";
      expect((await poll(code)).body["error"]).toBe("authorization_pending");
      nowMs += 1_000;
      expect((await poll(code)).body["error"]).toBe("slow_down");
      nowMs += 9_000;
      expect((await poll(code)).body["error"]).toBe("authorization_pending");
      nowMs += 600_000;
      expect((await poll(code)).body["error"]).toBe("expired_token");
    });

    it("is decided by the browser that claimed it and by no other", async () => {
      const [first, second] = [await signedIn(), await signedIn()];
      const codes = await begin();
      const page = await claim(first, codes["user_code"] ?? "");
      expect((await claim(second, codes["user_code"] ?? "")).status).toBe(404);
      const own = await second.open("/device");
      const csrf = /name="csrf" value="([^"]+)"/.exec(own.text)?.[1] ?? "";
      const stolen: Page = { ...page, text: page.text.replaceAll(/name="csrf" value="[^"]+"/g, `name="csrf" value="${csrf}"`) };
      expect((await approve(second, stolen)).status).toBe(404);
      expect((await poll(codes["device_code"] ?? "")).body["error"]).toBe("authorization_pending");
      const denied = await first.submit(page, "/device/decide", { decision: "deny" });
      expect(denied.text).toContain("Nothing was logged in");
      expect((await poll(codes["device_code"] ?? "")).body["error"]).toBe("access_denied");
    });

    it("never decides on a GET, without the form token, or from another site", async () => {
      const browser = await signedIn();
      const codes = await begin();
      const page = await claim(browser, codes["user_code"] ?? "");
      const forged: Page = { ...page, text: page.text.replaceAll(/name="csrf" value="[^"]+"/g, 'name="csrf" value="x"') };
      expect((await approve(browser, forged)).status).toBe(403);
      const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? "";
      const foreign = await fetch(`${rig().hub.url}/device/decide`, {
        method: "POST",
        headers: { cookie, origin: "https://evil.example" },
        body: new URLSearchParams({ csrf, user_code: codes["user_code"] ?? "", decision: "approve" }),
      });
      expect(foreign.status).toBe(403);
      expect((await fetch(`${rig().hub.url}/device/decide?decision=approve`, { headers: { cookie } })).status).toBe(405);
      expect((await poll(codes["device_code"] ?? "")).body["error"]).toBe("authorization_pending");
    });

    it("locks a person out after five wrong codes", async () => {
      const browser = await signedIn();
      for (let tries = 0; tries < 5; tries += 1) {
        const page = await browser.submit(await browser.open("/device"), "/device", { user_code: "BBBB-BBBB" });
        expect(page.status).toBe(404);
      }
      const page = await browser.submit(await browser.open("/device"), "/device", { user_code: "BBBB-BBBB" });
      expect(page.status).toBe(429);
    });

    it("refreshes, forgives a race and ends a session whose refresh token comes back late", async () => {
      const place = await rig().tenant();
      const { tokens } = await rig().person(place);
      const refresh = (token: string) =>
        post("/oauth/token", { grant_type: "refresh_token", client_id: "keyward-cli", refresh_token: token });
      const [one, two] = await Promise.all([refresh(tokens.refreshToken), refresh(tokens.refreshToken)]);
      expect(two?.body["refresh_token"]).toBe(one?.body["refresh_token"]);
      const access = String(one?.body["access_token"]);
      expect((await rig().call("GET", "/v1/me", { token: access })).status).toBe(200);
      nowMs += 31_000;
      expect((await refresh(tokens.refreshToken)).body["error"]).toBe("invalid_grant");
      expect((await rig().call("GET", "/v1/me", { token: access })).status).toBe(401);
      expect((await refresh(String(one?.body["refresh_token"]))).body["error"]).toBe("invalid_grant");
    });

    it("refuses pages to a wrong password, and never redirects away from the hub", async () => {
      const browser = openBrowserLike(rig().hub.url);
      const wrong = await browser.submit(await browser.open("/sign-in?next=//evil.example"), "/sign-in", {
        email: "nobody@example.com",
        password: PASSWORD,
      });
      expect(wrong.status).toBe(401);
      expect(wrong.text).not.toContain("evil.example");
      expect(wrong.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    });
  },
  { clock },
);
