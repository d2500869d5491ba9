// A real OpenID provider (oidc-provider) on loopback for the hub's upstream sign-in: whoever `signsIn` names is signed in there and agrees.
// In: nothing. Out: its issuer and the client the hub is there. It keeps a browser's session by cookies, as any provider does.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
// @ts-expect-error -- the package has no types of its own
import Provider from "oidc-provider";
import type { UpstreamOptions } from "../../../src/hub/upstream/upstream.ts";

export interface UpstreamPerson {
  readonly sub: string;
  readonly email: string;
  readonly isVerified: boolean;
}

export interface UpstreamProvider {
  readonly options: UpstreamOptions;
  signsIn(person: UpstreamPerson): void;
  /** The person says no there. */
  refuses(): void;
  close(): Promise<void>;
}

export async function startUpstreamProvider(): Promise<UpstreamProvider> {
  const people = new Map<string, UpstreamPerson>();
  let current: UpstreamPerson | null = null;
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clientSecret = randomBytes(24).toString("hex");
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "hub",
        client_secret: clientSecret,
        application_type: "native",
        redirect_uris: ["http://127.0.0.1/sign-in/upstream/callback"],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    cookies: { keys: [randomBytes(16).toString("hex")] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_context: unknown, accountId: string) => ({
      accountId,
      claims: () => {
        const person = people.get(accountId);
        return { sub: accountId, email: person?.email, email_verified: person?.isVerified, name: `Name of ${accountId}` };
      },
    }),
    interactions: { url: (_context: unknown, interaction: { uid: string }) => `/interaction/${interaction.uid}` },
    pkce: { required: () => true },
  });
  const finish = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const details = await provider.interactionDetails(incoming, response);
    if (current === null) return await provider.interactionFinished(incoming, response, { error: "access_denied" }, {});
    if (details.prompt.name === "login")
      return await provider.interactionFinished(incoming, response, { login: { accountId: current.sub } }, {});
    const grant = new provider.Grant({ accountId: details.session.accountId, clientId: "hub" });
    grant.addOIDCScope("openid email profile");
    await provider.interactionFinished(incoming, response, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
  };
  const callback = provider.callback() as (incoming: IncomingMessage, response: ServerResponse) => void;
  server.on("request", (incoming: IncomingMessage, response: ServerResponse) => {
    if (!(incoming.url ?? "").startsWith("/interaction/")) return callback(incoming, response);
    finish(incoming, response).catch((error: unknown) => response.destroy(error as Error));
  });
  return {
    options: { issuer, clientId: "hub", clientSecret },
    signsIn: (person) => {
      current = person;
      people.set(person.sub, person);
    },
    refuses: () => {
      current = null;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
