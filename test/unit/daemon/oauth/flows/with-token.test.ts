import { expect, it } from "vitest";
import { answer, codeOf, scripted } from "../../../../support/oauth-answers.ts";
import { loginScene, REF } from "../../../../support/oauth-parts.ts";

it("trades the pasted token at once, and keeps the one that came for it", async () => {
  const server = scripted([answer(200, { access_token: "access", refresh_token: "second" })]);
  const scene = loginScene(server);
  await scene.finish({ flow: "token", clientId: "app", refreshToken: " first\n" });
  expect(server.sent()).toMatchObject({ grant_type: "refresh_token", refresh_token: "first", client_id: "app" });
  expect(scene.store.connections.grant(REF)?.refreshToken?.reveal()).toBe("second");
});

it("keeps the pasted one where the server does not rotate", async () => {
  const scene = loginScene(scripted([answer(200, { access_token: "access" })]));
  await scene.finish({ flow: "token", clientId: "app", refreshToken: "first" });
  expect(scene.store.connections.grant(REF)?.refreshToken?.reveal()).toBe("first");
});

it.each([null, "", "  \n"])("needs one: %j", async (refreshToken) => {
  const server = scripted([]);
  expect(await codeOf(loginScene(server).begin({ flow: "token", clientId: "app", refreshToken }))).toBe("KEY_EMPTY");
  expect(server.requests).toEqual([]);
});

it("stores nothing of one that is not accepted", async () => {
  const scene = loginScene(scripted([answer(400, { error: "invalid_grant" })]));
  expect(await codeOf(scene.finish({ flow: "token", clientId: "app", refreshToken: "first" }))).toBe("OAUTH_GRANT");
  expect(scene.store.connections.list()).toEqual([]);
});
