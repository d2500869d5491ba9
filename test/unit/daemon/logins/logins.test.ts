import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Session } from "../../../../src/control/server.ts";
import { systemClock } from "../../../../src/core/clock.ts";
import { Logins } from "../../../../src/daemon/logins/logins.ts";
import type { LoginRequest } from "../../../../src/daemon/logins/login.ts";
import { FormServer } from "../../../../src/ui/form-server.ts";

let logins: Logins;

beforeEach(() => {
  logins = new Logins(new FormServer(60_000), systemClock);
});
afterEach(() => logins.close());

function request(change: Partial<LoginRequest> = {}): LoginRequest {
  const fields = [{ name: "key", label: "API key", secret: true, optional: false, hint: null }];
  const form = { providerName: "OpenAI", connection: "openai (default)", hosts: [], fields, keysUrl: null, replaces: false };
  const stored = { provider: "openai", name: "default", id: "con_1", replaced: false, notices: [] };
  return { form, timeoutMs: 60_000, uiPort: 0, again: "keyward login openai", store: async () => stored, ...change };
}

function makeSession(id: number): { session: Session; close: () => void } {
  const actions: (() => void)[] = [];
  return { session: { id, onClosed: (action) => void actions.push(action) }, close: () => actions.forEach((action) => action()) };
}

async function fillIn(url: string): Promise<number> {
  const csrf = /name="csrf" value="([^"]+)"/.exec(await (await fetch(url)).text())?.[1] ?? "";
  return (await fetch(url, { method: "POST", body: new URLSearchParams({ csrf, key: "typed" }) })).status;
}

describe("logins", () => {
  it("hand what was typed to the store and the outcome to the waiting command", async () => {
    const typed: unknown[] = [];
    const { session } = makeSession(1);
    const { store } = request();
    const started = await logins.start(
      request({ store: async (values, choices) => (typed.push(values), store(values, choices)) }),
      session,
    );
    expect(logins.count).toBe(1);
    expect(started.loginId).toMatch(/^log_/);
    const waiting = logins.wait(started.loginId, session);
    expect(await fillIn(started.url)).toBe(200);
    expect(await waiting).toMatchObject({ id: "con_1" });
    expect(typed).toEqual([{ key: "typed" }]);
    expect(logins.count).toBe(0);
    expect(await logins.wait(started.loginId, session)).toMatchObject({ id: "con_1" });
  });

  it("are waited for by the connection that began them alone", async () => {
    const { session } = makeSession(1);
    const { loginId } = await logins.start(request(), session);
    expect(() => logins.wait(loginId, makeSession(2).session)).toThrow(expect.objectContaining({ code: "LOGIN_EXPIRED" }));
    expect(() => logins.wait("log_x", session)).toThrow(expect.objectContaining({ code: "LOGIN_EXPIRED" }));
  });

  it("end with their connection and not with another's", async () => {
    const first = makeSession(1);
    const second = makeSession(2);
    const gone = await logins.start(request(), first.session);
    const kept = await logins.start(request(), second.session);
    const waiting = logins.wait(gone.loginId, first.session).catch((error: unknown) => error);
    first.close();
    expect(await waiting).toMatchObject({ code: "LOGIN_CANCELLED" });
    expect([(await fetch(gone.url)).status, (await fetch(kept.url)).status]).toEqual([410, 200]);
    expect(logins.count).toBe(1);
  });

  it("expire, with the command that starts them again", async () => {
    const { session } = makeSession(1);
    const { loginId } = await logins.start(request({ timeoutMs: 20 }), session);
    await expect(logins.wait(loginId, session)).rejects.toMatchObject({ code: "LOGIN_EXPIRED", hint: "keyward login openai" });
    expect(logins.count).toBe(0);
  });

  it("expire at the provider too, when nobody finishes there", async () => {
    const { session } = makeSession(1);
    const work = (end: AbortSignal) => new Promise<never>((_resolve, reject) => end.addEventListener("abort", () => reject(end.reason)));
    const { loginId } = logins.startGrant({ work, timeoutMs: 20, again: "keyward login acme" }, session);
    await expect(logins.wait(loginId, session)).rejects.toMatchObject({
      code: "LOGIN_EXPIRED",
      message: "the login was not finished at the provider in time",
      hint: "keyward login acme",
    });
    expect(logins.count).toBe(0);
  });

  it("all end when the daemon stops", async () => {
    const { session } = makeSession(1);
    const { loginId, url } = await logins.start(request(), session);
    const waiting = logins.wait(loginId, session).catch((error: unknown) => error);
    logins.close();
    expect(await waiting).toMatchObject({ code: "DAEMON_STOPPING" });
    await expect(fetch(url)).rejects.toThrow();
    expect(logins.port).toBeNull();
  });
});
