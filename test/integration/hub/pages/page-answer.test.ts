// How pages are answered: their policy, which forms are read, and an error as a page that gives nothing away.
// In: a hub's application with pages made for this test. Out: responses.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KeywardError } from "../../../../src/core/errors.ts";
import { createHubApp, type HubApp } from "../../../../src/hub/http/hub-app.ts";
import { html, STYLE_TEXT } from "../../../../src/hub/pages/html.ts";
import { addPage, answerPage, type PageRoute } from "../../../../src/hub/pages/page-answer.ts";
import { type HubRig, startHubRig } from "../../../support/hub/hub-rig.ts";

const FORM = "application/x-www-form-urlencoded";

describe("a page of the hub", () => {
  let rig: HubRig;
  let app: HubApp;
  beforeAll(async () => {
    rig = await startHubRig();
    app = createHubApp(rig.hub.parts, []);
    const add = (route: PageRoute) => addPage(app, rig.hub.parts, { limit: rig.hub.parts.limit, route });
    add({ method: "GET", path: "/shown", act: async (context) => answerPage(context, "Shown", html`<p>${"<script>"}</p>`) });
    add({ method: "POST", path: "/sent", act: async (context, form) => context.text(form.get("a") ?? "") });
    const failures = { known: new KeywardError("HUB_BUSY", "too often", { hint: "wait & see" }), unknown: new Error("canary of a bug") };
    for (const [name, error] of Object.entries(failures)) add({ method: "GET", path: `/${name}`, act: () => Promise.reject(error) });
  });
  afterAll(() => rig.destroy());

  const send = async (headers: Record<string, string>) => {
    const response = await app.request("/sent", { method: "POST", body: "a=1", headers });
    return [response.status, await response.text()];
  };

  it("allows its own style and nothing else, in no frame", async () => {
    const response = await app.request("/shown");
    const policy = response.headers.get("content-security-policy") ?? "";
    const hash = createHash("sha256").update(STYLE_TEXT).digest("base64");
    expect(policy.split("; ")).toEqual(
      expect.arrayContaining(["default-src 'none'", `style-src 'sha256-${hash}'`, "frame-ancestors 'none'", "base-uri 'none'"]),
    );
    expect(policy).not.toContain("script-src");
    expect([response.status, response.headers.get("x-frame-options")]).toEqual([200, "DENY"]);
    const text = await response.text();
    expect([text.includes("&lt;script&gt;"), text.includes("<script")]).toEqual([true, false]);
  });

  it("reads a form that comes from a page of this hub", async () => {
    expect(await send({ "content-type": `${FORM}; charset=utf-8`, origin: rig.hub.parts.publicUrl })).toEqual([200, "1"]);
    expect(await send({ "content-type": FORM, "sec-fetch-site": "same-origin" })).toEqual([200, "1"]);
  });

  it.each([
    [{ "content-type": FORM, origin: "https://evil.example" }, 403],
    [{ "content-type": FORM, origin: "null" }, 403],
    [{ "content-type": FORM, "sec-fetch-site": "cross-site" }, 403],
    [{ "content-type": "text/plain" }, 415],
    [{ "content-type": `${FORM}x` }, 415],
  ])("refuses a form with %j", async (headers, status) => {
    expect(await send(headers as Record<string, string>)).toEqual([status, expect.stringContaining('role="alert"')]);
  });

  it("says what went wrong and what to do, with the status of the error", async () => {
    const response = await app.request("/known");
    const text = await response.text();
    expect([response.status, text]).toEqual([429, expect.stringContaining("too often")]);
    expect(text).toContain("wait &amp; see");
  });

  it("keeps the words of a bug out of the page and the log", async () => {
    const response = await app.request("/unknown");
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("canary of a bug");
    const lines = rig.logged.filter((line) => line.includes('"unexpected"'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain("canary of a bug");
  });
});
