// A real authorization server (oidc-provider) on loopback TLS, and what a browser does at it: follow redirects, keep cookies, agree.
// In: clients and policies. Out: its issuer, a way to send to it, a person who says yes or no.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
// @ts-expect-error -- the package has no types of its own
import Provider from "oidc-provider";
import { makeThrowawayAuthority } from "../../scripts/throwaway-authority.mjs";
import type { OAuthAnswer, OAuthRequest, OAuthSend } from "../../src/oauth/send.ts";

export const AUTH_HOST = "auth.oidc.test";

export interface AuthorizationServerOptions {
  readonly accessTokenLifetimeS?: number;
  readonly redirectUris?: readonly string[];
}

export interface AuthorizationServer {
  readonly issuer: string;
  readonly port: number;
  readonly caPem: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly publicClientId: string;
  readonly send: OAuthSend;
  /** Requests per path. */
  readonly counts: Map<string, number>;
  /** Opens an address as a browser whose person agrees (or not); the address it would leave the server for, or the last page. */
  visit(url: string, isAgreed?: boolean): Promise<{ readonly location: string | null; readonly html: string }>;
  /** What the server itself says of a token (RFC 7662). */
  isActive(token: string): Promise<boolean>;
  /** Types a device code. */
  enterCode(url: string): Promise<string>;
  close(): Promise<void>;
}

export async function startAuthorizationServer(options: AuthorizationServerOptions = {}): Promise<AuthorizationServer> {
  const authority = makeThrowawayAuthority("Authorization server");
  const { certificatePem, privateKeyPem } = authority.issue([AUTH_HOST]);
  const issuer = `https://${AUTH_HOST}`;
  const secret = randomBytes(24).toString("hex");
  const agreed = { now: true };
  const provider = makeProvider(issuer, secret, options);
  const callback = provider.callback() as (request: IncomingMessage, response: ServerResponse) => void;
  const counts = new Map<string, number>();
  const server = createServer({ cert: certificatePem, key: privateKeyPem }, (incoming, response) => {
    const path = (incoming.url ?? "").split("?", 1)[0] ?? "";
    counts.set(path, (counts.get(path) ?? 0) + 1);
    if (!path.startsWith("/interaction/")) return callback(incoming, response);
    finishInteraction(provider, { incoming, response, isAgreed: agreed.now }).catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const send = sendTo(port, authority.certificatePem);
  const browser = new Browser(send);
  return {
    issuer,
    port,
    caPem: authority.certificatePem,
    clientId: "confidential",
    clientSecret: secret,
    publicClientId: "public",
    send,
    counts,
    visit: (url, isAgreed = true) => {
      agreed.now = isAgreed;
      return browser.follow(url);
    },
    enterCode: (url) => browser.enterCode(url),
    isActive: async (token) => {
      const body = new URLSearchParams({ token, client_id: "confidential", client_secret: secret }).toString();
      const headers = ["content-type", "application/x-www-form-urlencoded", "x-forwarded-proto", "https"];
      const url = new URL(`${issuer}/token/introspection`);
      const answer = await send({ method: "POST", url, headers, body, timeoutMs: 30_000, maxBytes: 1 << 16 });
      return (JSON.parse(answer.body.toString("utf8")) as { active: boolean }).active;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

// oxlint-disable-next-line typescript/no-explicit-any -- no types
function makeProvider(issuer: string, secret: string, options: AuthorizationServerOptions): any {
  const grants = ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"];
  const alone = {
    grant_types: ["client_credentials"],
    redirect_uris: [],
    response_types: [],
    token_endpoint_auth_method: "client_secret_post",
  };
  const client = { application_type: "native", redirect_uris: options.redirectUris ?? ["http://127.0.0.1/callback"], grant_types: grants };
  const provider = new Provider(issuer, {
    clients: [
      { ...client, client_id: "public", token_endpoint_auth_method: "none" },
      { ...client, client_id: "confidential", client_secret: secret, token_endpoint_auth_method: "client_secret_post" },
      { ...alone, client_id: "alone", client_secret: secret },
    ],
    cookies: { keys: [randomBytes(16).toString("hex")] },
    features: {
      devInteractions: { enabled: false },
      deviceFlow: { enabled: true },
      revocation: { enabled: true },
      introspection: { enabled: true },
      clientCredentials: { enabled: true },
      registration: { enabled: true },
    },
    findAccount: (_context: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId }) }),
    interactions: { url: (_context: unknown, interaction: { uid: string }) => `/interaction/${interaction.uid}` },
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    scopes: ["openid", "offline_access", "api:read"],
    ttl: {
      AccessToken: options.accessTokenLifetimeS ?? 3_600,
      ClientCredentials: options.accessTokenLifetimeS ?? 3_600,
      DeviceCode: 600,
      Grant: 86_400,
      Interaction: 600,
      Session: 600,
    },
  });
  provider.proxy = true;
  return provider;
}

async function finishInteraction(
  // oxlint-disable-next-line typescript/no-explicit-any -- no types
  provider: any,
  { incoming, response, isAgreed }: { incoming: IncomingMessage; response: ServerResponse; isAgreed: boolean },
): Promise<void> {
  if (!isAgreed) {
    const refusal = { error: "access_denied", error_description: "no" };
    return provider.interactionFinished(incoming, response, refusal, { mergeWithLastSubmission: false });
  }
  const { params } = await provider.interactionDetails(incoming, response);
  const grant = new provider.Grant({ accountId: "person", clientId: params.client_id });
  grant.addOIDCScope("openid offline_access api:read");
  const consent = { grantId: await grant.save() };
  await provider.interactionFinished(incoming, response, { login: { accountId: "person" }, consent }, { mergeWithLastSubmission: true });
}

/** Whatever host is named, this server is asked, under that name. */
export function sendTo(port: number, ca: string): OAuthSend {
  return ({ method, url, headers, body, maxBytes }: OAuthRequest) =>
    new Promise<OAuthAnswer>((resolve, reject) => {
      const framing = body === null ? [] : ["content-length", String(Buffer.byteLength(body))];
      const all = ["host", url.host, ...headers, ...framing];
      const target = { host: "127.0.0.1", port, servername: url.hostname, ca, agent: false as const };
      const sent = request({ ...target, method, path: url.pathname + url.search, headers: all }, (answer) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        const finish = (isCut: boolean): void =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.rawHeaders, body: Buffer.concat(chunks), isCut });
        answer.on("data", (chunk: Buffer) => {
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes <= maxBytes) return;
          finish(true);
          sent.destroy();
        });
        answer.on("end", () => finish(false));
        answer.on("error", reject);
      });
      sent.on("error", reject);
      sent.end(body ?? undefined);
    });
}

class Browser {
  readonly #send: OAuthSend;
  readonly #cookies = new Map<string, string>();

  constructor(send: OAuthSend) {
    this.#send = send;
  }

  async follow(start: string, form: string | null = null): Promise<{ location: string | null; html: string }> {
    let url = new URL(start);
    let body = form;
    for (let hops = 0; hops < 12; hops++) {
      const answer = await this.#request(url, body);
      const location = valueOf(answer.headers, "location");
      if (location === null) return { location: null, html: answer.body.toString("utf8") };
      url = new URL(location, url);
      if (url.protocol !== "https:" || url.hostname !== AUTH_HOST) return { location: url.href, html: "" };
      body = null;
    }
    throw new Error("redirected for ever");
  }

  async enterCode(start: string): Promise<string> {
    const first = await this.follow(start);
    const fields = [...first.html.matchAll(/<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)].map(
      ([, name = "", value = ""]): [string, string] => [name, value],
    );
    const form = new URLSearchParams(fields);
    form.set("confirm", "yes");
    return (await this.follow(`https://${AUTH_HOST}/device`, form.toString())).html;
  }

  async #request(url: URL, body: string | null): Promise<OAuthAnswer> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = [
      "cookie",
      cookie,
      "x-forwarded-proto",
      "https",
      ...(body === null ? [] : ["content-type", "application/x-www-form-urlencoded"]),
    ];
    const answer = await this.#send({ method: body === null ? "GET" : "POST", url, headers, body, timeoutMs: 10_000, maxBytes: 1 << 20 });
    for (let at = 0; at < answer.headers.length; at += 2) {
      if (answer.headers[at]?.toLowerCase() !== "set-cookie") continue;
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(answer.headers[at + 1] ?? "") ?? [];
      this.#cookies.set(name, value);
    }
    return answer;
  }
}

function valueOf(headers: readonly string[], name: string): string | null {
  const at = headers.findIndex((text, index) => index % 2 === 0 && text.toLowerCase() === name);
  return at < 0 ? null : (headers[at + 1] ?? null);
}
