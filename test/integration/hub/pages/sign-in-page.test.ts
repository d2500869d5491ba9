// Signing in and out with a password, over real sockets and cookies: who gets in, who does not, and that both look alike.
// In: a rig and one person with a password. Out: pages and redirects.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hashPassword } from "../../../../src/hub/people/password.ts";
import { addUser } from "../../../../src/hub/people/people.ts";
import { openBrowserLike, type Page } from "../../../support/hub/browser-like.ts";
import { type HubRig, startHubRig } from "../../../support/hub/hub-rig.ts";

const PASSWORD = "correct horse battery";
const EMAIL = "ada@example.com";

describe("the sign-in page", () => {
  let rig: HubRig;
  beforeAll(async () => {
    rig = await startHubRig();
    const user = {
      email: EMAIL,
      name: "Ada",
      passwordHash: await hashPassword(rig.hub.parts.roots, PASSWORD),
      subject: null,
      nowMs: Date.now(),
    };
    await rig.hub.parts.storage.within({}, (tx) => addUser(tx, user));
  });
  afterAll(() => rig.destroy());

  const signIn = async (fields: Record<string, string>, browser = openBrowserLike(rig.hub.url), next = "/device"): Promise<Page> =>
    await browser.submit(await browser.open(`/sign-in?next=${encodeURIComponent(next)}`), "/sign-in", fields);

  it("lets a person in, with a new cookie, and leads on to where they were going", async () => {
    const browser = openBrowserLike(rig.hub.url);
    await browser.open("/sign-in");
    const planted = browser.cookies.get("keyward");
    const page = await signIn({ email: ` ${EMAIL.toUpperCase()}`, password: PASSWORD }, browser);
    expect([page.status, page.url]).toEqual([200, `${rig.hub.url}/device`]);
    expect(page.text).toContain("The code your terminal shows");
    expect(browser.cookies.get("keyward")).not.toBe(planted);
  });

  it("answers a wrong password and an unknown address alike", async () => {
    const wrong = await signIn({ email: EMAIL, password: "another horse battery" });
    const unknown = await signIn({ email: "nobody@example.com", password: PASSWORD });
    const plain = ({ text }: Page): string => text.replaceAll(/name="csrf" value="[^"]+"/g, "");
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(plain(wrong)).toBe(plain(unknown));
    expect(wrong.text).toContain("The address or the password is wrong.");
  });

  it("never leads to another site", async () => {
    for (const next of ["//evil.example", "https://evil.example/", "/\\evil.example"]) {
      const page = await openBrowserLike(rig.hub.url).open(`/sign-in?next=${encodeURIComponent(next)}`);
      expect([page.status, page.text.includes("evil.example")]).toEqual([200, false]);
    }
  });

  it("takes no form without the token of this browser's session", async () => {
    const body = new URLSearchParams({ email: EMAIL, password: PASSWORD });
    for (const path of ["/sign-in", "/sign-out"]) expect((await fetch(rig.hub.url + path, { method: "POST", body })).status).toBe(403);
  });

  it("signs out for good: the cookie of before is nobody's", async () => {
    const browser = openBrowserLike(rig.hub.url);
    const page = await signIn({ email: EMAIL, password: PASSWORD }, browser);
    const cookie = `keyward=${browser.cookies.get("keyward") ?? ""}`;
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? "";
    const out = await browser.submit(page, "/sign-out", { csrf });
    expect(out.url).toBe(`${rig.hub.url}/sign-in`);
    const before = await fetch(`${rig.hub.url}/device`, { headers: { cookie }, redirect: "manual" });
    expect([before.status, before.headers.get("location")]).toEqual([303, expect.stringContaining("/sign-in")]);
  });
});
