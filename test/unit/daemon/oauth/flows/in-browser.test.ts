import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { answer, codeOf, scripted } from "../../../../support/oauth-answers.ts";
import { AUTH, comeBack, loginScene, oauthProvider, REF } from "../../../../support/oauth-parts.ts";

const tokens = answer(200, { access_token: "access", token_type: "bearer", refresh_token: "refresh", expires_in: 60 });
const redirectOf = (url: string | null): string => new URL(url ?? "").searchParams.get("redirect_uri") ?? "";

describe("a login in the browser", () => {
  it("stores what the code was traded for, and the page says so after that", async () => {
    const scene = loginScene(scripted([tokens]));
    const begun = await scene.begin({ clientId: "app" });
    expect(begun.url).toMatch(/^https:\/\/auth\.acme\.test\/authorize\?/);
    const page = await comeBack(begun.url, { code: "c" });
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining("You are logged in") as string });
    expect(await scene.wait(begun)).toMatchObject({ ...REF, replaced: false });
    expect(scene.store.connections.credential(REF)?.fields["key"]?.reveal()).toBe("access");
    expect(scene.store.connections.grant(REF)?.refreshToken?.reveal()).toBe("refresh");
  });

  it.each([
    ["was denied", { error: "access_denied" }, "OAUTH_DENIED"],
    ["was for scopes that are not granted", { error: "invalid_scope" }, "OAUTH_SCOPE"],
  ])("that %s stores nothing, and the page says so", async (_what, query, code) => {
    const scene = loginScene(scripted([tokens]));
    const begun = await scene.begin({ clientId: "app" });
    const ended = codeOf(scene.wait(begun));
    expect(await comeBack(begun.url, query)).toMatchObject({ status: 400, text: expect.stringContaining("did not succeed") as string });
    expect(await ended).toBe(code);
    expect(scene.store.connections.list()).toEqual([]);
  });

  it("that is ended by its command frees the port", async () => {
    const scene = loginScene(scripted([tokens]));
    const begun = await scene.begin({ clientId: "app" });
    const ended = codeOf(scene.wait(begun));
    scene.hangUp();
    expect(await ended).toBe("LOGIN_CANCELLED");
    await expect(fetch(redirectOf(begun.url))).rejects.toThrow();
  });

  it("that cannot begin frees the port too", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const scene = loginScene(scripted([tokens]));
    expect(await codeOf(scene.begin({ clientId: "app", redirectPort: port }))).toBe("PORT_TAKEN");
    other.close();
    await once(other, "close");
    expect(await codeOf(scene.begin({ redirectPort: port }))).toBe("OAUTH_CLIENT");
    const begun = await scene.begin({ clientId: "app", redirectPort: port });
    expect(redirectOf(begun.url)).toBe(`http://127.0.0.1:${port}/callback`);
  });

  it("takes the port again that its client was registered for, and registers anew when that is taken", async () => {
    const registered = answer(201, { client_id: "made" });
    const server = scripted({ "/register": registered, "/token": tokens });
    const scene = loginScene(server, oauthProvider({ registrationUrl: `${AUTH}/register` }));
    const first = await scene.begin({});
    await comeBack(first.url, { code: "c" });
    await scene.wait(first);
    const second = await scene.begin({ force: true });
    expect(redirectOf(second.url)).toBe(redirectOf(first.url));
    const third = await scene.begin({ force: true });
    expect(redirectOf(third.url)).not.toBe(redirectOf(first.url));
    expect(server.requests.filter(({ url }) => url.pathname === "/register")).toHaveLength(2);
  });
});
