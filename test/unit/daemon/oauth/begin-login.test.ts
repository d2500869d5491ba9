import { describe, expect, it } from "vitest";
import { answer, codeOf, scripted } from "../../../support/oauth-answers.ts";
import { AUTH, loginScene, oauthProvider, REF } from "../../../support/oauth-parts.ts";

const tokens = answer(200, { access_token: "access", token_type: "bearer" });
const selfHosted = { example: "https://own.acme.test", hosts: [{ from: "api.acme.test" }] };
const atApi = {
  authorizationUrl: "https://api.acme.test/authorize",
  tokenUrl: "https://api.acme.test/token",
  deviceAuthorizationUrl: "https://api.acme.test/device",
};

describe("beginning an OAuth login", () => {
  it("names the flows there are when the one asked for is not", async () => {
    const scene = loginScene(scripted([]), oauthProvider({ flows: ["device", "token"] }));
    await expect(scene.begin({ flow: "browser" })).rejects.toMatchObject({
      code: "OAUTH_UNSUPPORTED",
      message: "Acme has no login by 'browser'; its OAuth logins are: device, token",
      hint: "keyward login acme --flow device",
    });
  });

  it("refuses a connection that is there before anybody is asked, and names the way to replace it", async () => {
    const server = scripted([tokens]);
    const scene = loginScene(server);
    await scene.finish({ flow: "token", clientId: "app", refreshToken: "r" });
    expect(await codeOf(scene.begin({ flow: "token", clientId: "app", refreshToken: "r" }))).toBe("CONNECTION_EXISTS");
    expect(server.requests).toHaveLength(1);
  });

  it("keeps the placeholder over a login again", async () => {
    const scene = loginScene(scripted([tokens]));
    await scene.finish({ flow: "token", clientId: "app", refreshToken: "r" });
    const before = scene.store.connections.find(REF);
    await scene.finish({ flow: "token", force: true, refreshToken: "r" });
    const after = scene.store.connections.find(REF);
    expect(after?.placeholders).toEqual(before?.placeholders);
    expect(after?.id).not.toBe(before?.id);
  });

  it("asks for the scopes of the login, else those of the definition", async () => {
    const scene = loginScene(scripted([tokens]));
    const scopeOf = async (scopes: readonly string[] | null): Promise<string | null> =>
      new URL((await scene.begin({ clientId: "app", scopes })).url ?? "").searchParams.get("scope");
    expect(await scopeOf(null)).toBe("read");
    expect(await scopeOf(["a", "b"])).toBe("a b");
  });

  it("goes to the server of the user's own and nowhere else, also the next time", async () => {
    const server = scripted([tokens]);
    const scene = loginScene(server, oauthProvider(atApi, { selfHosted }));
    await scene.finish({ flow: "token", clientId: "app", refreshToken: "r", host: "https://own.test:8443" });
    expect(scene.store.connections.find(REF)?.origins).toEqual([{ host: "own.test", port: 8443 }]);
    expect(scene.store.connections.grant(REF)?.tokenUrl).toBe("https://own.test:8443/token");
    await scene.finish({ flow: "token", force: true, refreshToken: "r" });
    await scene.finish({ flow: "token", force: true, clientId: "app", refreshToken: "r", host: "https://api.acme.test" });
    expect(server.requests.map(({ url }) => url.host)).toEqual(["own.test:8443", "own.test:8443", "api.acme.test"]);
    expect(scene.store.connections.find(REF)?.origins).toEqual([{ host: "api.acme.test", port: 443 }]);
  });

  it.each(["http://own.test", "https://own.test/path", "https://user@own.test", "not a host"])("takes no base URL %s", async (host) => {
    const scene = loginScene(scripted([]), oauthProvider(atApi, { selfHosted }));
    const asked = scene.begin({ clientId: "app", host });
    await expect(asked).rejects.toMatchObject({ code: "HOST_INVALID", hint: "keyward login acme --base-url https://own.acme.test" });
  });

  it("repeats in a hint what it takes to come here again", async () => {
    const scene = loginScene(scripted([answer(400, { error: "invalid_grant" })]), oauthProvider(atApi, { selfHosted }));
    const login = scene.finish({
      flow: "token",
      connection: "work",
      force: true,
      clientId: "app",
      refreshToken: "r",
      host: "https://own.test",
    });
    await expect(login).rejects.toMatchObject({
      hint: "keyward login acme --connection work --base-url https://own.test --flow token --force",
    });
  });

  it("asks an API which server gives tokens for it, and names the API to that server", async () => {
    const metadata = { issuer: AUTH, token_endpoint: `${AUTH}/token`, registration_endpoint: `${AUTH}/register` };
    const server = scripted({
      "/.well-known/oauth-protected-resource/mcp": answer(200, { resource: "https://api.acme.test/mcp", authorization_servers: [AUTH] }),
      "/.well-known/oauth-authorization-server": answer(200, metadata),
      "/register": answer(201, { client_id: "made" }),
      "/token": tokens,
    });
    const section = { flows: ["token"], resource: "https://api.acme.test/mcp", endpointHosts: ["auth.acme.test"] };
    const none = { authorizationUrl: undefined, tokenUrl: undefined, deviceAuthorizationUrl: undefined };
    const scene = loginScene(server, oauthProvider({ ...none, ...section }));
    await scene.finish({ flow: "token", refreshToken: "r" });
    expect(server.sent()).toMatchObject({ resource: "https://api.acme.test/mcp", client_id: "made" });
    expect(scene.store.connections.grant(REF)).toMatchObject({ issuer: AUTH, resource: "https://api.acme.test/mcp" });
  });
});
