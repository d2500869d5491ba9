import { describe, expect, it } from "vitest";
import { findEndpoints, storedEndpoints } from "../../../../src/daemon/oauth/find-endpoints.ts";
import type { OAuthSection } from "../../../../src/providers/oauth/oauth-schema.ts";
import { answer, context, scripted } from "../../../support/oauth-answers.ts";
import { AUTH, oauthProvider } from "../../../support/oauth-parts.ts";
import type { Json } from "../../../support/sample-provider.ts";

function section(change: Json): OAuthSection {
  const { oauth } = oauthProvider(change);
  if (oauth === undefined) throw new Error("no section");
  return oauth;
}
const WELL_KNOWN = "/.well-known/oauth-authorization-server";
const told = {
  issuer: AUTH,
  token_endpoint: `${AUTH}/told`,
  authorization_endpoint: `${AUTH}/page`,
  device_authorization_endpoint: `${AUTH}/code`,
};

describe("the addresses of a login", () => {
  it("are those of the definition, and nobody is asked while they are enough for the flow", async () => {
    const server = scripted([]);
    const found = await findEndpoints({ section: section({ issuer: AUTH }), flow: "browser", host: null, context }, server.send);
    expect(found).toMatchObject({ issuer: AUTH, authorizationUrl: `${AUTH}/authorize`, tokenUrl: `${AUTH}/token`, registrationUrl: null });
    expect(server.requests).toEqual([]);
  });

  it("are completed by the issuer where the flow needs more, and not replaced", async () => {
    const server = scripted({ [WELL_KNOWN]: answer(200, told) });
    const asked = { section: section({ issuer: AUTH, deviceAuthorizationUrl: undefined }), flow: "device", host: null, context } as const;
    const found = await findEndpoints(asked, server.send);
    expect(found).toMatchObject({ tokenUrl: `${AUTH}/token`, deviceAuthorizationUrl: `${AUTH}/code` });
    expect(server.requests).toHaveLength(1);
  });

  it("have the user's own host in them", async () => {
    const own = { authorizationUrl: "https://{tenant}/a", tokenUrl: "https://{tenant}/t", issuer: "https://{tenant}" };
    const full = { ...section({}), ...own };
    const found = await findEndpoints({ section: full, flow: "browser", host: "eu.acme.test:8443", context }, scripted([]).send);
    expect(found).toMatchObject({ issuer: "https://eu.acme.test:8443", tokenUrl: "https://eu.acme.test:8443/t" });
  });

  it("of a stored grant are those it was made with", () => {
    const grant = { issuer: null, tokenUrl: `${AUTH}/token`, revocationUrl: null, resource: "https://api.acme.test" };
    expect(storedEndpoints(grant)).toMatchObject({ ...grant, authorizationUrl: null, registrationUrl: null, sendsIssuer: false });
  });
});
