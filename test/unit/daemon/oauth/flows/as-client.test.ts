import { expect, it } from "vitest";
import { answer, codeOf, scripted } from "../../../../support/oauth-answers.ts";
import { loginScene, oauthProvider, REF } from "../../../../support/oauth-parts.ts";

const tokens = answer(200, { access_token: "access", token_type: "bearer", expires_in: 60 });

it("stores access that renews itself with the client alone", async () => {
  const server = scripted([tokens]);
  const scene = loginScene(server, oauthProvider({ scopes: ["openid", "offline_access", "read"] }));
  const stored = await scene.finish({ flow: "client_credentials", clientId: "app", clientSecret: "s3\n" });
  expect(server.sent()).toEqual({ grant_type: "client_credentials", scope: "read", client_id: "app", client_secret: "s3" });
  expect(stored.notices).toEqual([]);
  expect(scene.store.connections.grant(REF)).toMatchObject({ renewal: "client_credentials", refreshToken: null, clientId: "app" });
});

it("needs a client with a secret, whatever the definition says", async () => {
  const scene = loginScene(scripted([tokens]));
  const asked = scene.begin({ flow: "client_credentials", clientId: "app" });
  await expect(asked).rejects.toMatchObject({
    code: "OAUTH_CLIENT",
    detail: { missing: "secret" },
    hint: expect.stringMatching(/--client-id ID --stdin$/) as string,
  });
  expect(await codeOf(scene.begin({ flow: "client_credentials" }))).toBe("OAUTH_CLIENT");
});

it("stores nothing when the client is not accepted", async () => {
  const scene = loginScene(scripted([answer(401, { error: "invalid_client" })]));
  expect(await codeOf(scene.finish({ flow: "client_credentials", clientId: "app", clientSecret: "s3" }))).toBe("OAUTH_CLIENT");
  expect(scene.store.connections.list()).toEqual([]);
});
