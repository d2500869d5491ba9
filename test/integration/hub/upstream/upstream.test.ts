// The hub as a client of a real OpenID provider (oidc-provider) on loopback: what it asks with, who comes back, and what it does not take.
// In: a provider and a browser without a screen. Out: identities and refusals.
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { randomText } from "../../../../src/core/ids.ts";
import { createUpstream, type UpstreamTrip } from "../../../../src/hub/upstream/upstream.ts";
import { startUpstreamProvider, type UpstreamProvider } from "../../../support/hub/upstream-provider.ts";

const PATH = "/sign-in/upstream/callback";

describe("the upstream provider", () => {
  let provider: UpstreamProvider;
  const hub = createServer((_request, response) => void response.end());
  let redirectUri = "";
  beforeAll(async () => {
    provider = await startUpstreamProvider();
    hub.listen(0, "127.0.0.1");
    await once(hub, "listening");
    redirectUri = `http://127.0.0.1:${(hub.address() as AddressInfo).port}${PATH}`;
  });
  afterAll(async () => {
    hub.closeAllConnections();
    hub.close();
    await provider.close();
  });

  /** Follows the provider's redirects with its cookies, up to the address of this hub. */
  const visit = async (start: string): Promise<URL> => {
    const cookies = new Map<string, string>();
    let url = new URL(start);
    for (let hops = 0; hops < 12 && !url.href.startsWith(redirectUri); hops += 1) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const response = await fetch(url, { redirect: "manual", headers: { cookie } });
      for (const line of response.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(name, value);
      }
      url = new URL(response.headers.get("location") ?? "", url);
    }
    return url;
  };
  const travel = async (): Promise<{ trip: UpstreamTrip; url: URL }> => {
    const { url, trip } = await createUpstream(provider.options).begin(redirectUri);
    return { trip, url: await visit(url) };
  };
  const finish = (trip: UpstreamTrip, url: URL) => createUpstream(provider.options).finish(trip, { url, redirectUri });

  it("is asked with PKCE, a state and a nonce that are new each time", async () => {
    const upstream = createUpstream(provider.options);
    expect(upstream.label).toBe(new URL(provider.options.issuer).host);
    const [one, two] = [await upstream.begin(redirectUri), await upstream.begin(redirectUri)];
    const asked = new URL(one.url).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      client_id: "hub",
      redirect_uri: redirectUri,
      response_type: "code",
      scope: "openid email profile",
      code_challenge_method: "S256",
      state: one.trip.state,
      nonce: one.trip.nonce,
    });
    expect(one.url).not.toContain(one.trip.verifier);
    expect(new Set([one, two].flatMap(({ trip }) => Object.values(trip))).size).toBe(6);
  });

  it.each([true, false])("says who came back, with the address when it is verified: %s", async (isVerified) => {
    const sub = `sub-${randomText(8)}`;
    provider.signsIn({ sub, email: "ada@example.com", isVerified });
    const { trip, url } = await travel();
    expect(await finish(trip, url)).toEqual({
      subject: `${provider.options.issuer}|${sub}`,
      email: isVerified ? "ada@example.com" : null,
      name: `Name of ${sub}`,
    });
  });

  it("is not believed for another state, nonce or verifier, for another issuer, or twice", async () => {
    provider.signsIn({ sub: `sub-${randomText(8)}`, email: "ada@example.com", isVerified: true });
    for (const [name, code] of Object.entries({ state: "HUB_FORBIDDEN", nonce: "HUB_UPSTREAM", verifier: "HUB_UPSTREAM" })) {
      const { trip, url } = await travel();
      await expect(finish({ ...trip, [name]: randomText(43) }, url), name).rejects.toMatchObject({ code });
    }
    const { trip, url } = await travel();
    const mixedUp = new URL(url);
    mixedUp.searchParams.set("iss", "https://evil.example");
    await expect(finish(trip, mixedUp)).rejects.toMatchObject({ code: "HUB_FORBIDDEN" });
    await finish(trip, url);
    await expect(finish(trip, url)).rejects.toMatchObject({ code: "HUB_UPSTREAM", message: /refused \(invalid_grant\)/ });
  });

  it("hands on the provider's word when the person says no there", async () => {
    provider.refuses();
    const { trip, url } = await travel();
    await expect(finish(trip, url)).rejects.toMatchObject({ code: "HUB_FORBIDDEN", message: /access_denied/ });
  });

  it("is away, or is no OpenID provider", async () => {
    const beginAt = (issuer: string) => createUpstream({ issuer, clientId: "hub", clientSecret: null }).begin(redirectUri);
    await expect(beginAt("http://127.0.0.1:1")).rejects.toMatchObject({ code: "HUB_UPSTREAM" });
    await expect(beginAt(new URL(redirectUri).origin)).rejects.toMatchObject({ code: "HUB_UPSTREAM" });
  });
});
