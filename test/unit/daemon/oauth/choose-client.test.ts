import { expect, it } from "vitest";
import { answer, codeOf, scripted } from "../../../support/oauth-answers.ts";
import { AUTH, loginScene, oauthProvider, REF } from "../../../support/oauth-parts.ts";

const tokens = answer(200, { access_token: "access", token_type: "bearer" });
const token = { flow: "token", refreshToken: "r" } as const;

it("remembers the client and its secret for the next login, under any name", async () => {
  const server = scripted([tokens]);
  const scene = loginScene(server);
  await scene.finish({ ...token, clientId: "app", clientSecret: "s3" });
  await scene.finish({ ...token, force: true });
  await scene.finish({ ...token, connection: "work" });
  for (const at of [0, 1, 2]) expect(server.sent(at)).toMatchObject({ client_id: "app", client_secret: "s3" });
});

it("takes the client that is named, with the secret known for that one only", async () => {
  const server = scripted([tokens]);
  const scene = loginScene(server);
  await scene.finish({ ...token, clientId: "app", clientSecret: "s3" });
  await scene.finish({ ...token, force: true, clientId: "app" });
  await scene.finish({ ...token, force: true, clientId: "other" });
  expect(server.sent(1)).toMatchObject({ client_id: "app", client_secret: "s3" });
  expect(server.sent(2)).toEqual({ grant_type: "refresh_token", refresh_token: "r", client_id: "other" });
});

it("shows no client of one server to another", async () => {
  const atApi = { tokenUrl: "https://api.acme.test/token" };
  const provider = oauthProvider(
    { ...atApi, flows: ["token"] },
    { selfHosted: { example: "https://own.test", hosts: [{ from: "api.acme.test" }] } },
  );
  const scene = loginScene(scripted([tokens]), provider);
  await scene.finish({ ...token, clientId: "app", clientSecret: "s3" });
  expect(await codeOf(scene.begin({ ...token, connection: "work", host: "https://own.test" }))).toBe("OAUTH_CLIENT");
});

it("says how to get one, and where", async () => {
  const scene = loginScene(
    scripted([]),
    oauthProvider({ clientsUrl: "https://acme.test/apps", redirect: { host: "localhost", port: 8917 }, clientSecret: "required" }),
  );
  await expect(scene.begin({ flow: "browser" })).rejects.toMatchObject({
    code: "OAUTH_CLIENT",
    message:
      "the client id is needed to log in to Acme: make an app at https://acme.test/apps (redirect address http://localhost:8917/callback)",
    hint: "keyward login acme --flow browser --client-id ID --stdin",
    detail: { missing: "id" },
  });
  await expect(scene.begin({ flow: "device", clientId: "app" })).rejects.toMatchObject({ detail: { missing: "secret" } });
});

it("does not take a client registered for a device to a browser", async () => {
  const server = scripted({ "/register": answer(201, { client_id: "made" }), "/token": tokens });
  const scene = loginScene(server, oauthProvider({ registrationUrl: `${AUTH}/register` }));
  await scene.finish(token);
  await scene.begin({ flow: "browser", force: true });
  await scene.finish({ ...token, force: true });
  expect(server.requests.filter(({ url }) => url.pathname === "/register")).toHaveLength(2);
  expect(scene.store.connections.grant(REF)?.registeredFor).toBe("device");
});
