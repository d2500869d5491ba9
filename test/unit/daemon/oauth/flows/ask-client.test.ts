import { describe, expect, it } from "vitest";
import { answer, codeOf, scripted } from "../../../../support/oauth-answers.ts";
import { AUTH, comeBack, loginScene, oauthProvider, REF } from "../../../../support/oauth-parts.ts";

const tokens = answer(200, { access_token: "access", token_type: "bearer" });
const form = { uiPort: 0 };

interface Shown {
  readonly page: string;
  readonly send: (values: Readonly<Record<string, string>>) => Promise<Response>;
}

async function show(url: string | null): Promise<Shown> {
  const address = url ?? "";
  const page = await (await fetch(address)).text();
  const csrf = /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? "";
  const send = (values: Readonly<Record<string, string>>): Promise<Response> =>
    fetch(address, { method: "POST", body: new URLSearchParams({ csrf, ...values }), redirect: "manual" });
  return { page, send };
}

describe("a client asked for in the form", () => {
  it("is what the browser is sent on with, and what the code is traded by", async () => {
    const server = scripted([tokens]);
    const scene = loginScene(server, oauthProvider({ clientSecret: "required", clientAuth: "post", clientsUrl: "https://acme.test/apps" }));
    const begun = await scene.begin({ form });
    expect(begun).toMatchObject({ device: null, url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/login\//) as string });
    const { page, send } = await show(begun.url);
    expect(page).toContain("Make an app. Its redirect address is http://127.0.0.1/callback");
    expect(page).toContain("https://acme.test/apps");
    expect(page).toContain("<code>auth.acme.test</code>");
    const sent = await send({ client_id: " app ", client_secret: "s3" });
    expect(sent.status).toBe(303);
    const onward = sent.headers.get("location") ?? "";
    expect(onward.startsWith(`${AUTH}/authorize?`)).toBe(true);
    expect(new URL(onward).searchParams.get("client_id")).toBe("app");
    expect(onward).not.toContain("s3");
    expect(server.requests).toEqual([]);
    expect(await comeBack(onward, { code: "c" })).toMatchObject({ status: 200 });
    expect(await scene.wait(begun)).toMatchObject(REF);
    expect(server.sent()).toMatchObject({ client_id: "app", client_secret: "s3", code: "c" });
    expect(scene.store.connections.grant(REF)?.clientSecret?.reveal()).toBe("s3");
  });

  it("is asked for its secret alone when the command names it; an empty one keeps the form open", async () => {
    const scene = loginScene(scripted([tokens]), oauthProvider({ clientSecret: "required" }));
    const { page, send } = await show((await scene.begin({ form, clientId: "app" })).url);
    expect(page).not.toContain('name="client_id"');
    const refused = await send({ client_secret: "  " });
    expect(refused.status).toBe(422);
    expect(await refused.text()).toContain("The client secret is needed");
    expect((await send({ client_secret: "s3" })).status).toBe(303);
  });

  it("may have no secret where the provider has such clients", async () => {
    const scene = loginScene(scripted([tokens]));
    const { page, send } = await show((await scene.begin({ form })).url);
    expect(page).toContain("Client secret (optional)");
    expect((await send({ client_id: "app", client_secret: "" })).status).toBe(303);
  });

  it("that logs in as itself is tried before the form ends", async () => {
    const scene = loginScene(scripted([answer(401, { error: "invalid_client" }), tokens]));
    const begun = await scene.begin({ form, flow: "client_credentials" });
    const { page, send } = await show(begun.url);
    expect(page).not.toContain("redirect address");
    expect((await send({ client_id: "app", client_secret: "wrong" })).status).toBe(422);
    expect(scene.store.connections.list()).toEqual([]);
    expect((await send({ client_id: "app", client_secret: "s3" })).status).toBe(200);
    expect(await scene.wait(begun)).toMatchObject(REF);
  });

  it("is forgotten when the command is gone, before and after it was sent", async () => {
    const before = loginScene(scripted([tokens]));
    const shown = await before.begin({ form });
    const ended = codeOf(before.wait(shown));
    before.hangUp();
    expect(await ended).toBe("LOGIN_CANCELLED");
    const after = loginScene(scripted([tokens]));
    const begun = await after.begin({ form });
    const cut = codeOf(after.wait(begun));
    const onward = (await (await show(begun.url)).send({ client_id: "app", client_secret: "" })).headers.get("location");
    after.hangUp();
    expect(await cut).toBe("LOGIN_CANCELLED");
    await expect(comeBack(onward, { code: "c" })).rejects.toThrow();
    expect(after.store.connections.list()).toEqual([]);
  });

  it("ends in time at the provider's page, with the command that comes here again", async () => {
    const scene = loginScene(scripted([tokens]));
    const begun = await scene.begin({ form, timeoutMs: 1_000 });
    await (await show(begun.url)).send({ client_id: "app", client_secret: "" });
    await expect(scene.wait(begun)).rejects.toMatchObject({
      code: "LOGIN_EXPIRED",
      message: "the login was not finished at the provider in time",
      hint: "keyward login acme --flow browser --form",
    });
  });
});
