// The real command with a provider of its own whose logins go to a real authorization server, and an API that tells what it was sent.
// In: how the definition's OAuth section differs. Out: the home, the server, the API, and what a command said meanwhile.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { AUTH_HOST, type AuthorizationServer, type AuthorizationServerOptions, startAuthorizationServer } from "./authorization-server.ts";
import type { LiveCommand } from "./keyward.ts";
import { type Json, sampleDefinition } from "./sample-provider.ts";
import { TempHome } from "./temp-home.ts";
import { startTlsUpstream, type TlsUpstream } from "./tls-upstream.ts";
import { withLimit } from "./wait.ts";

export const API = "api.acme.test";
/** A server of the user's own, for --base-url; the same upstream. */
export const OWN_API = "acme.own.test";

export interface OAuthScene {
  readonly server: AuthorizationServer;
  readonly upstream: TlsUpstream;
  readonly home: TempHome;
  /** Writes the definition anew. */
  define(oauth: Json, others?: Json): Promise<void>;
  /** What the API was sent as Authorization by a run. */
  call(host?: string): Promise<string>;
  end(): Promise<void>;
}

export async function startOAuthScene(oauth: Json = {}, options: AuthorizationServerOptions = {}): Promise<OAuthScene> {
  const server = await startAuthorizationServer(options);
  const upstream = await startTlsUpstream({ hosts: [API, OWN_API] });
  const home = new TempHome();
  const roots = join(home.root, "roots.pem");
  writeFileSync(roots, upstream.authority.certificatePem + server.caPem);
  const resolve = [...upstream.resolveEntries([API, OWN_API]), `${AUTH_HOST}:443=127.0.0.1:${server.port}`];
  home.set({ "upstream.resolve": resolve, "upstream.ca_file": roots, "network.allow": ["127.0.0.0/8"] });
  const define = async (changes: Json, others: Json = {}): Promise<void> => {
    const section = {
      flows: ["browser", "device", "token", "client_credentials"],
      issuer: server.issuer,
      scopes: ["openid", "offline_access"],
      authorizationParameters: { prompt: "consent" },
      howToGetClientId: "Make an app.",
      ...changes,
    };
    const file = home.write("acme.json", JSON.stringify(sampleDefinition({ oauth: section, ...others })));
    await home.succeed(["provider", "add", file, "--force"]);
  };
  await define(oauth);
  const call = async (host = API): Promise<string> => {
    const script = home.write("call.mjs", `const answer = await fetch("https://${host}/v1/x"); process.exitCode = answer.ok ? 0 : 9;`);
    await home.succeed(["run", "--", process.execPath, script]);
    return String(upstream.requests.at(-1)?.headers["authorization"]);
  };
  const end = async (): Promise<void> => {
    await home.remove();
    await upstream.close();
    await server.close();
  };
  return { server, upstream, home, define, call, end };
}

/** The first text on standard error that fits; it fails when the command ends without one. */
export async function saw({ child, finished }: LiveCommand, pattern: RegExp): Promise<RegExpExecArray> {
  let text = "";
  const found = new Promise<RegExpExecArray>((resolve) => {
    child.stderr.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const match = pattern.exec(text);
      if (match !== null) resolve(match);
    });
  });
  const ended = finished.then((done) => {
    throw new Error(`ended without it: ${done.stderr}`);
  });
  return withLimit(Promise.race([found, ended]), String(pattern));
}
