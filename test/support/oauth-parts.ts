// What a flow of an OAuth login needs of the daemon, with a real store and answers made by hand. Removed when the test ends.
import { onTestFinished } from "vitest";
import type { Params, Result, StoredConnection } from "../../src/control/protocol.ts";
import type { Session } from "../../src/control/server.ts";
import { systemClock } from "../../src/core/clock.ts";
import { Logins } from "../../src/daemon/logins/logins.ts";
import { beginLogin } from "../../src/daemon/oauth/begin-login.ts";
import type { DaemonParts } from "../../src/daemon/parts.ts";
import type { Provider } from "../../src/providers/schema.ts";
import type { ProfileStore } from "../../src/store/profile-store.ts";
import { FormServer } from "../../src/ui/form-server.ts";
import { tempProfile } from "../unit/store/temp-profile.ts";
import { clock, type Scripted } from "./oauth-answers.ts";
import { type Json, sampleProvider } from "./sample-provider.ts";

export const AUTH = "https://auth.acme.test";
export type Authorize = Params<"login.authorize">;

export interface LoginScene {
  readonly parts: DaemonParts;
  readonly store: ProfileStore;
  begin(change: Partial<Authorize>): Promise<Result<"login.authorize">>;
  /** Begins it and waits for its end. */
  finish(change: Partial<Authorize>): Promise<StoredConnection>;
  wait(begun: Result<"login.authorize">): Promise<StoredConnection>;
  /** As when the command is gone. */
  hangUp(): void;
}

export function oauthProvider(oauth: Json = {}, others: Json = {}): Provider {
  const section = {
    flows: ["browser", "device", "token", "client_credentials"],
    authorizationUrl: `${AUTH}/authorize`,
    tokenUrl: `${AUTH}/token`,
    deviceAuthorizationUrl: `${AUTH}/device`,
    scopes: ["read"],
    howToGetClientId: "Make an app.",
    ...oauth,
  };
  return sampleProvider({ oauth: section, ...others });
}

export function loginScene(server: Scripted, provider = oauthProvider()): LoginScene {
  const { store, name } = tempProfile(clock);
  const profile = {
    name,
    store,
    audit: { append: () => undefined },
    changed: () => undefined,
    connections: () => store.connections.list(),
    find: (ref: { readonly provider: string; readonly name: string }) => store.connections.find(ref),
  };
  const logins = new Logins(new FormServer(0), systemClock);
  onTestFinished(() => logins.close());
  const parts = {
    definitions: { require: () => provider },
    profiles: { ensure: () => Promise.resolve(profile), takeNotice: () => null },
    sendOAuth: server.send,
    clock,
    logins,
  } as unknown as DaemonParts;
  const closing: (() => void)[] = [];
  const session: Session = { id: 1, onClosed: (action) => void closing.push(action) };
  const begin = (change: Partial<Authorize>): Promise<Result<"login.authorize">> => {
    const asked = { profile: null, provider: provider.id, connection: null, flow: "browser" as const, host: null, force: false };
    const rest = { timeoutMs: 60_000, scopes: null, clientId: null, clientSecret: null, refreshToken: null, redirectPort: null };
    return beginLogin({ ...asked, ...rest, ...change }, { parts, session });
  };
  const wait = (begun: Result<"login.authorize">): Promise<StoredConnection> => logins.wait(begun.loginId, session);
  const finish = async (change: Partial<Authorize>): Promise<StoredConnection> => wait(await begin(change));
  return { parts, store, begin, finish, wait, hangUp: () => closing.forEach((action) => action()) };
}

export const REF = { provider: "acme", name: "default" };

/** Comes back from the provider as a browser does. */
export async function comeBack(begunUrl: string | null, answerWith: Record<string, string>): Promise<{ status: number; text: string }> {
  const sent = new URL(begunUrl ?? "").searchParams;
  const back = new URL(sent.get("redirect_uri") ?? "");
  back.search = new URLSearchParams({ state: sent.get("state") ?? "", ...answerWith }).toString();
  const page = await fetch(back);
  return { status: page.status, text: await page.text() };
}
