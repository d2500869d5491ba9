// The logins in progress: each is one form in the browser and one control connection that waits for it.
// In: login requests. Out: the address to open, then the stored connection or why it came to nothing.
// A login ends when it is filled in, expires, or its control connection closes, whichever comes first.
import type { StoredConnection } from "../../control/protocol.ts";
import type { Session } from "../../control/server.ts";
import type { Clock } from "../../core/clock.ts";
import { KeywardError } from "../../core/errors.ts";
import { newId } from "../../core/ids.ts";
import type { FormServer } from "../../ui/form-server.ts";
import { GrantLogin, type GrantWork } from "./grant-login.ts";
import { Login, type LoginRequest } from "./login.ts";

export interface GrantRequest {
  readonly work: GrantWork;
  readonly timeoutMs: number;
  /** The command that starts this login again. */
  readonly again: string;
}

export class Logins {
  readonly #server: FormServer;
  readonly #clock: Clock;
  /** Open ones. */
  readonly #open = new Set<Login | GrantLogin>();
  /** Those whose control connection still stands, ended or not, so that their outcome can be fetched. */
  readonly #known = new Map<string, { readonly login: Login | GrantLogin; readonly sessionId: number }>();

  constructor(server: FormServer, clock: Clock) {
    this.#server = server;
    this.#clock = clock;
  }

  get count(): number {
    return this.#open.size;
  }

  get port(): number | null {
    return this.#server.port;
  }

  /** @throws PORT_TAKEN */
  async start(request: LoginRequest, session: Session): Promise<{ loginId: string; url: string; expiresAtMs: number }> {
    const loginId = newId("log");
    const expiresAtMs = this.#clock.nowMs() + request.timeoutMs;
    const login = new Login(request, (ending) => {
      clearTimeout(timer);
      this.#open.delete(login);
      form.end(ending);
    });
    const form = await this.#server.open(
      { ...request.form, expiresAtMs },
      (values, choices) => login.submit(values, choices),
      request.uiPort,
    );
    const expire = (): void => {
      const error = login.isAtProvider ? unfinished(request.again) : expired(request.again);
      login.cancel({ error, ending: "expired" });
    };
    const timer = setTimeout(expire, request.timeoutMs);
    this.#admit(loginId, login, session);
    return { loginId, url: form.url, expiresAtMs };
  }

  /** An OAuth login, which has no form. */
  startGrant(request: GrantRequest, session: Session): { loginId: string; expiresAtMs: number } {
    const loginId = newId("log");
    const login = new GrantLogin(request.work, () => {
      clearTimeout(timer);
      this.#open.delete(login);
    });
    const timer = setTimeout(() => login.cancel({ error: unfinished(request.again) }), request.timeoutMs);
    this.#admit(loginId, login, session);
    return { loginId, expiresAtMs: this.#clock.nowMs() + request.timeoutMs };
  }

  #admit(loginId: string, login: Login | GrantLogin, session: Session): void {
    this.#open.add(login);
    this.#known.set(loginId, { login, sessionId: session.id });
    session.onClosed(() => {
      login.cancel({ error: cancelled(), ending: "cancelled" });
      this.#known.delete(loginId);
    });
  }

  /** Only the connection that started a login may wait for it. @throws LOGIN_EXPIRED, LOGIN_CANCELLED, and what storing threw */
  wait(loginId: string, session: Session): Promise<StoredConnection> {
    const known = this.#known.get(loginId);
    if (known !== undefined && known.sessionId === session.id) return known.login.done;
    throw new KeywardError("LOGIN_EXPIRED", "there is no such login", { hint: "keyward login PROVIDER" });
  }

  close(): void {
    const error = new KeywardError("DAEMON_STOPPING", "the daemon is shutting down", { hint: "start the login again" });
    for (const login of this.#open) login.cancel({ error, ending: "cancelled" });
    this.#server.close();
  }
}

function unfinished(again: string): KeywardError {
  return new KeywardError("LOGIN_EXPIRED", "the login was not finished at the provider in time", { hint: again });
}

function expired(again: string): KeywardError {
  return new KeywardError("LOGIN_EXPIRED", "the login form expired before a key was given", { hint: again });
}

function cancelled(): KeywardError {
  return new KeywardError("LOGIN_CANCELLED", "the login was ended before a key was given");
}
