// Signing in at a real OpenID provider (oidc-provider): who gets in, who does not, and that an answer counts once and only in its browser.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type BrowserLike, openBrowserLike, type Page } from "../../../support/hub/browser-like.ts";
import { type HubRig, startHubRig } from "../../../support/hub/hub-rig.ts";
import { sharedDatabase } from "../../../support/hub/shared-postgres.ts";
import { startUpstreamProvider, type UpstreamProvider } from "../../../support/hub/upstream-provider.ts";
import { randomText } from "../../../../src/core/ids.ts";

let upstream: UpstreamProvider;
beforeAll(async () => {
  upstream = await startUpstreamProvider();
});
afterAll(() => upstream.close());

const newSub = (): string => `sub-${randomText(8)}`;

describe.each(["sqlite", "postgres"] as const)("signing in at the upstream provider on %s", (engine) => {
  let rig: HubRig;
  let browser: BrowserLike;
  beforeAll(async () => {
    rig = await startHubRig({ upstream: upstream.options, ...(engine === "postgres" ? { database: await sharedDatabase() } : {}) });
  });
  afterAll(() => rig.destroy());
  beforeEach(() => {
    browser = openBrowserLike(rig.hub.url);
  });

  /** Where the page that leads to the provider points. */
  const leave = async (from = "/sign-in?next=/device", fields: Record<string, string> = {}): Promise<string> => {
    const page = await browser.submit(await browser.open(from), "/sign-in/upstream", fields);
    const url = /<a href="([^"]+)"/.exec(page.text)?.[1]?.replaceAll("&amp;", "&") ?? "";
    expect(page.headers.get("refresh")).toBe(`0; url=${url}`);
    return url;
  };
  const signIn = async (from?: string, fields?: Record<string, string>): Promise<Page> => browser.open(await leave(from, fields));
  const invite = async (email: string): Promise<string> => {
    const owner = await rig.person(await rig.tenant(), "owner", { isTenantAdmin: true });
    const { workspaceId } = { workspaceId: owner.tokens.session.workspace_id };
    const body = { email, role: "member" };
    return (await rig.call("POST", `/v1/workspaces/${workspaceId}/members`, { token: owner.tokens.accessToken, body })).body.invitation;
  };

  it("takes a person with an account here by the verified address, and from then on by the subject", async () => {
    const person = await rig.person(await rig.tenant());
    const sub = newSub();
    upstream.signsIn({ sub, email: person.email.toUpperCase(), isVerified: true });
    const page = await signIn();
    expect([page.status, page.text]).toEqual([200, expect.stringContaining("The code your terminal shows")]);
    upstream.signsIn({ sub, email: `${randomText(8)}@moved.example`, isVerified: false });
    expect((await signIn()).text).toContain("The code your terminal shows");
  });

  it("takes a person who was invited, and spends the invitation", async () => {
    const email = `${randomText(8).toLowerCase()}@example.com`;
    const invitation = await invite(email);
    upstream.signsIn({ sub: newSub(), email, isVerified: true });
    expect((await signIn("/join", { invitation })).text).toContain("The code your terminal shows");
    browser = openBrowserLike(rig.hub.url);
    upstream.signsIn({ sub: newSub(), email: `${randomText(8)}@example.com`, isVerified: true });
    expect((await signIn("/join", { invitation })).status).toBe(404);
  });

  it.each([
    ["nobody invited", true, 403, "no account at this hub"],
    ["has not verified the address", false, 403, "no verified e-mail address"],
  ])("refuses a person whom the provider knows and who %s", async (_who, isVerified, status, words) => {
    const person = await rig.person(await rig.tenant());
    upstream.signsIn({ sub: newSub(), email: isVerified ? `${randomText(8)}@example.com` : person.email, isVerified });
    const page = await signIn();
    expect([page.status, page.text]).toEqual([status, expect.stringContaining(words)]);
  });

  it("refuses an invitation for another address, and another identity with an address that is linked", async () => {
    const invitation = await invite(`${randomText(8)}@example.com`);
    upstream.signsIn({ sub: newSub(), email: `${randomText(8)}@example.com`, isVerified: true });
    expect((await signIn("/join", { invitation })).status).toBe(404);
    const person = await rig.person(await rig.tenant());
    for (const [sub, status] of [
      [newSub(), 200],
      [newSub(), 403],
    ] as const) {
      browser = openBrowserLike(rig.hub.url);
      upstream.signsIn({ sub, email: person.email, isVerified: true });
      expect((await signIn()).status).toBe(status);
    }
  });

  it("asks with PKCE, state and nonce, and takes an answer once, with its own state, in its own browser", async () => {
    const person = await rig.person(await rig.tenant());
    upstream.signsIn({ sub: newSub(), email: person.email, isVerified: true });
    const asked = new URL(await leave()).searchParams;
    expect([asked.get("code_challenge_method"), asked.get("response_type")]).toEqual(["S256", "code"]);
    expect([asked.get("state")?.length, asked.get("nonce")?.length]).toEqual([43, 43]);
    const callback = (query: Record<string, string>) => `/sign-in/upstream/callback?${new URLSearchParams(query).toString()}`;
    const answer = { code: "stolen", iss: upstream.options.issuer };
    expect((await browser.open(callback({ ...answer, state: "guessed" }))).status).toBe(403);
    // The trip is over, even for the right state.
    expect((await browser.open(callback({ ...answer, state: asked.get("state") ?? "" }))).text).toContain("no sign-in under way");
    const other = new URL(await leave()).searchParams.get("state") ?? "";
    const thief = openBrowserLike(rig.hub.url);
    await thief.open("/sign-in");
    expect((await thief.open(callback({ ...answer, state: other }))).status).toBe(403);
    const mixedUp = await browser.open(callback({ code: "x", state: other, iss: "https://evil.example" }));
    expect([mixedUp.status, mixedUp.text]).toEqual([403, expect.stringContaining("did not come back as it was sent")]);
  });

  it("says so when the person says no there, and never starts a trip without the form token", async () => {
    upstream.refuses();
    const page = await signIn();
    expect([page.status, page.text]).toEqual([403, expect.stringContaining("access_denied")]);
    const forged = await fetch(`${rig.hub.url}/sign-in/upstream`, { method: "POST", body: new URLSearchParams({ next: "/" }) });
    expect(forged.status).toBe(403);
  });

  it("keeps what waits for the answer sealed in the database", async () => {
    const url = new URL(await leave());
    const token = browser.cookies.get("keyward") ?? "";
    const { storage, digester } = rig.hub.parts;
    const key = digester.digest(token).digest;
    const pending = await storage.within({ key }, async (tx) => {
      const { subject_id: id } = await tx.db.selectFrom("credential").selectAll().where("digest", "=", key).executeTakeFirstOrThrow();
      await tx.narrow({ key: id });
      return await tx.db.selectFrom("browser_session").select("pending").where("browser_session_id", "=", id).executeTakeFirstOrThrow();
    });
    expect(pending.pending?.length).toBeGreaterThan(100);
    expect(pending.pending?.toString("latin1")).not.toContain(url.searchParams.get("state"));
  });
});

it("answers 502 and goes on with passwords when the provider is away", async () => {
  const rig = await startHubRig({ upstream: { issuer: "http://127.0.0.1:1", clientId: "hub", clientSecret: null } });
  const browser = openBrowserLike(rig.hub.url);
  const page = await browser.submit(await browser.open("/sign-in"), "/sign-in/upstream", {});
  expect([page.status, page.text]).toEqual([502, expect.stringContaining("sign-in provider does not answer")]);
  expect((await browser.open("/sign-in")).text).toContain('type="password"');
  await rig.destroy();
});
