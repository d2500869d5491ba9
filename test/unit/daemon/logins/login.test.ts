import { describe, expect, it } from "vitest";
import type { StoredConnection } from "../../../../src/control/protocol.ts";
import { KeywardError } from "../../../../src/core/errors.ts";
import { Login, type LoginRequest } from "../../../../src/daemon/logins/login.ts";
import type { FormEnding } from "../../../../src/ui/login-form.ts";

const STORED: StoredConnection = { provider: "openai", name: "default", id: "con_1", replaced: false, notices: ["noted"] };

const NO_CHOICES = { anyShape: false, unverified: false };

function makeLogin(store: LoginRequest["store"]): { login: Login; endings: FormEnding[] } {
  const endings: FormEnding[] = [];
  const form = { providerName: "OpenAI", connection: "openai (default)", hosts: [], fields: [], keysUrl: null, replaces: false };
  const request = { form, timeoutMs: 1, uiPort: 0, again: "keyward login openai", store };
  return { login: new Login(request, (ending) => endings.push(ending)), endings };
}

const expired = { error: new KeywardError("LOGIN_EXPIRED", "too late"), ending: "expired" } as const;
const cancelled = { error: new KeywardError("LOGIN_CANCELLED", "ended"), ending: "cancelled" } as const;

describe("a login", () => {
  it("that is filled in gives the stored connection to page and terminal", async () => {
    const { login, endings } = makeLogin(async () => STORED);
    expect(await login.submit({}, NO_CHOICES)).toEqual({ kind: "stored", notices: ["noted"] });
    expect(await login.done).toBe(STORED);
    expect(endings).toEqual(["stored"]);
  });

  it("with a value of the wrong shape stays open", async () => {
    const answers: (() => StoredConnection)[] = [
      () => {
        throw new KeywardError("KEY_SHAPE", "keys start with sk-", { hint: "again", detail: { field: "key" } });
      },
      () => STORED,
    ];
    const { login, endings } = makeLogin(async () => answers.shift()!());
    expect(await login.submit({}, NO_CHOICES)).toEqual({
      kind: "retry",
      message: "keys start with sk-",
      hint: "again",
      field: "key",
      override: null,
    });
    expect(endings).toEqual([]);
    expect(await login.submit({}, NO_CHOICES)).toMatchObject({ kind: "stored" });
    expect(endings).toEqual(["stored"]);
  });

  it.each([
    ["KEY_UNUSUAL", "anyShape"],
    ["LOGIN_REJECTED", "unverified"],
  ] as const)("refused with %s offers the box for it, and passes the choice on", async (code, override) => {
    const seen: unknown[] = [];
    const { login } = makeLogin(async (_values, choices) => {
      seen.push(choices);
      if (choices[override]) return STORED;
      throw new KeywardError(code, "no", { detail: { overridable: true } });
    });
    expect(await login.submit({}, NO_CHOICES)).toMatchObject({ kind: "retry", override });
    expect(await login.submit({}, { ...NO_CHOICES, [override]: true })).toMatchObject({ kind: "stored" });
    expect(seen).toHaveLength(2);
  });

  it("that leads on ends when the provider's page does", async () => {
    let finish: (stored: StoredConnection) => void = () => undefined;
    const work = (): Promise<StoredConnection> => new Promise((resolve) => (finish = resolve));
    const { login, endings } = makeLogin(async () => ({ onwardUrl: "https://auth.test/", work }));
    expect(login.isAtProvider).toBe(false);
    expect(await login.submit({}, NO_CHOICES)).toEqual({ kind: "onward", url: "https://auth.test/" });
    expect(login.isAtProvider).toBe(true);
    expect(endings).toEqual([]);
    finish(STORED);
    expect(await login.done).toBe(STORED);
    expect(endings).toEqual(["stored"]);
  });

  it("that led on is ended at the provider's page too, by its command or by the provider", async () => {
    const signals: AbortSignal[] = [];
    const waits = makeLogin(async () => ({
      onwardUrl: "https://auth.test/",
      work: (signal) => {
        signals.push(signal);
        return new Promise(() => undefined);
      },
    }));
    await waits.login.submit({}, NO_CHOICES);
    waits.login.cancel(cancelled);
    await expect(waits.login.done).rejects.toBe(cancelled.error);
    expect(signals[0]?.aborted).toBe(true);
    const denied = new KeywardError("OAUTH_DENIED", "denied");
    const fails = makeLogin(async () => ({ onwardUrl: "https://auth.test/", work: () => Promise.reject(denied) }));
    expect(await fails.login.submit({}, NO_CHOICES)).toMatchObject({ kind: "onward" });
    await expect(fails.login.done).rejects.toBe(denied);
    expect(fails.endings).toEqual(["failed"]);
  });

  it("cancelled while its client is looked at waits for no page", async () => {
    const signals: AbortSignal[] = [];
    const { login } = makeLogin(async () => {
      login.cancel(cancelled);
      return {
        onwardUrl: "https://auth.test/",
        work: (signal) => {
          signals.push(signal);
          return new Promise(() => undefined);
        },
      };
    });
    await login.submit({}, NO_CHOICES);
    await expect(login.done).rejects.toBe(cancelled.error);
    expect(signals[0]?.aborted).toBe(true);
  });

  it("that fails for another reason ends with that reason", async () => {
    const full = new KeywardError("STORE_FULL", "the disk is full");
    const { login, endings } = makeLogin(async () => {
      throw full;
    });
    expect(await login.submit({}, NO_CHOICES)).toEqual({ kind: "failed", status: 507, message: "the disk is full", hint: null });
    await expect(login.done).rejects.toBe(full);
    expect(endings).toEqual(["failed"]);
  });

  it("that meets a bug shows no text of it", async () => {
    const { login } = makeLogin(async () => {
      throw new TypeError("canary");
    });
    expect(JSON.stringify(await login.submit({}, NO_CHOICES))).not.toContain("canary");
    await expect(login.done).rejects.toMatchObject({ code: "INTERNAL" });
  });

  it("ends once, with what came first", async () => {
    const { login, endings } = makeLogin(async () => STORED);
    login.cancel(expired);
    login.cancel(cancelled);
    await expect(login.done).rejects.toBe(expired.error);
    expect(endings).toEqual(["expired"]);
  });

  it("cancelled while the key is being stored succeeded if it got there", async () => {
    let finish: (stored: StoredConnection) => void = () => {};
    const { login, endings } = makeLogin(() => new Promise((resolve) => (finish = resolve)));
    const submitted = login.submit({}, NO_CHOICES);
    login.cancel(cancelled);
    finish(STORED);
    await submitted;
    expect(await login.done).toBe(STORED);
    expect(endings).toEqual(["stored"]);
  });

  it("cancelled while a bad value is looked at is cancelled", async () => {
    let refuse: (error: KeywardError) => void = () => {};
    const { login, endings } = makeLogin(() => new Promise((_resolve, reject) => (refuse = reject)));
    const submitted = login.submit({}, NO_CHOICES);
    login.cancel(cancelled);
    refuse(new KeywardError("KEY_SHAPE", "wrong"));
    await submitted;
    await expect(login.done).rejects.toBe(cancelled.error);
    expect(endings).toEqual(["cancelled"]);
  });
});
