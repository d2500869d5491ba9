import { expect, it } from "vitest";
import type { Connection } from "../../../../src/core/connection.ts";
import type { GrantSource } from "../../../../src/core/grant.ts";
import { obtainComputed } from "../../../../src/daemon/oauth/obtain-computed.ts";
import { canObtain, obtainTokens } from "../../../../src/daemon/oauth/obtain-tokens.ts";
import { toSecrets } from "../../../../src/oauth/computed/kind.ts";
import type { OAuthGrant } from "../../../../src/store/profile-store.ts";
import { failure, openJwt, PEM } from "../../oauth/computed/keys.ts";

const connection = { provider: "snow", name: "work" } as Connection;
const source: GrantSource = { flow: "key-pair", values: toSecrets({ account: "A", user: "U", private_key: PEM }) };
const grant: OAuthGrant = {
  field: "key",
  refreshToken: null,
  clientId: "",
  clientSecret: null,
  clientAuth: "post",
  scopes: [],
  issuer: null,
  tokenUrl: "",
  revocationUrl: null,
  obtainedAtMs: 0,
  source,
};
const NOW_MS = 1_800_000_000_000;
const ports = { send: () => Promise.reject(new Error("nobody is asked")), clock: { nowMs: () => NOW_MS } };

it("makes the next credential from what the record holds, and counts as something that renews itself", async () => {
  expect(canObtain(grant)).toBe(true);
  const tokens = await obtainTokens(connection, grant, ports);
  expect(openJwt(tokens.accessToken?.reveal() ?? "").claims).toMatchObject({ sub: "A.U", iat: NOW_MS / 1_000 });
  expect(tokens).toMatchObject({ refreshToken: null, obtainedAtMs: NOW_MS, expiresAtMs: NOW_MS + 3_540_000 });
});

it("asks where the record says, and names the way back in when it cannot", async () => {
  const app: GrantSource = { flow: "app", values: toSecrets({ app_id: "1", installation_id: "2", private_key: PEM }) };
  const urls: string[] = [];
  const send = ({ url }: { readonly url: URL }) => {
    urls.push(url.href);
    return Promise.resolve({ status: 404, headers: [], body: Buffer.from(""), isCut: false });
  };
  const asked = { grant: { ...grant, tokenUrl: "https://a.test/2/tokens" }, source: app };
  const refused = await failure(() => obtainComputed(connection, asked, { ...ports, send }));
  expect(refused).toMatchObject({ code: "OAUTH_GRANT", hint: "keyward login snow --connection work --force --flow app" });
  expect(urls).toEqual(["https://a.test/2/tokens"]);
});
