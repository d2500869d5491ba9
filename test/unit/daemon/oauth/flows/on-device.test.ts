import { expect, it } from "vitest";
import { answer, codeOf, scripted } from "../../../../support/oauth-answers.ts";
import { AUTH, loginScene, oauthProvider, REF } from "../../../../support/oauth-parts.ts";

const started = answer(200, { device_code: "d", user_code: "AB-CD", verification_uri: `${AUTH}/go`, expires_in: 600, interval: 1 });
const tokens = answer(200, { access_token: "access", token_type: "bearer" });

it("gives the code to show, then stores what came for it", async () => {
  const scene = loginScene(scripted([started, tokens]), oauthProvider({ scopeSeparator: ",", scopes: ["a", "b"] }));
  const begun = await scene.begin({ flow: "device", clientId: "app" });
  expect(begun.device).toEqual({ userCode: "AB-CD", verificationUrl: `${AUTH}/go`, completeUrl: null });
  expect(await scene.wait(begun)).toMatchObject(REF);
  expect(scene.store.connections.credential(REF)?.fields["key"]?.reveal()).toBe("access");
});

it("stops asking when its command is gone, and stores nothing", async () => {
  const server = scripted([started, answer(400, { error: "authorization_pending" })]);
  const scene = loginScene(server);
  const begun = await scene.begin({ flow: "device", clientId: "app" });
  const ended = codeOf(scene.wait(begun));
  scene.hangUp();
  expect(await ended).toBe("LOGIN_CANCELLED");
  expect(server.requests).toHaveLength(1);
  expect(scene.store.connections.list()).toEqual([]);
});

it("registers a client for devices where the server lets it", async () => {
  const server = scripted({ "/register": answer(201, { client_id: "made" }), "/device": started, "/token": tokens });
  const scene = loginScene(server, oauthProvider({ registrationUrl: `${AUTH}/register` }));
  await scene.finish({ flow: "device" });
  expect(scene.store.connections.grant(REF)).toMatchObject({ clientId: "made", registeredFor: "device" });
});
