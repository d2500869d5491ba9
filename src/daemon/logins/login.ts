// One login in progress: what a submitted form leads to, and the ways it can end before one. It ends once.
// In: a request and a submission. Out: the stored connection through `done`, and what the page shows.
// A form that asks for an OAuth client leads on: the login then ends when the provider's page does.
import type { StoredConnection } from "../../control/protocol.ts";
import { type KeywardError, toKeywardError } from "../../core/errors.ts";
import { GrantLogin, type GrantWork } from "./grant-login.ts";
import type { FormChoices, FormEnding, FormValues, LoginForm, SubmitOutcome } from "../../ui/login-form.ts";

export interface LoginRequest {
  readonly form: Omit<LoginForm, "expiresAtMs">;
  readonly timeoutMs: number;
  readonly uiPort: number;
  /** The command that starts this login again. */
  readonly again: string;
  /** @throws KEY_SHAPE and friends */
  readonly store: (values: FormValues, choices: FormChoices) => Promise<StoredConnection | Onward>;
}

/** The page where the login goes on, and the work that waits for its end. */
export interface Onward {
  readonly onwardUrl: string;
  readonly work: GrantWork;
}

interface Cancellation {
  readonly error: KeywardError;
  readonly ending: FormEnding;
}

/** Errors that typing something else can mend. */
const MENDABLE = new Set([
  "KEY_SHAPE",
  "KEY_UNUSUAL",
  "KEY_EMPTY",
  "HOST_INVALID",
  "LOGIN_REJECTED",
  // What a credential is computed from: the provider did not take it, or could not be asked just now.
  "OAUTH_CLIENT",
  "OAUTH_GRANT",
  "OAUTH_DENIED",
  "OAUTH_SCOPE",
  "OAUTH_BUSY",
]);

export class Login {
  readonly done: Promise<StoredConnection>;
  readonly #request: LoginRequest;
  readonly #onEnd: (ending: FormEnding) => void;
  #settle: { resolve: (stored: StoredConnection) => void; reject: (error: KeywardError) => void } | null = null;
  #isStoring = false;
  #cancellation: Cancellation | null = null;
  #grant: GrantLogin | null = null;

  constructor(request: LoginRequest, onEnd: (ending: FormEnding) => void) {
    this.#request = request;
    this.#onEnd = onEnd;
    this.done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Nobody may be waiting yet, or any more.
    this.done.catch(() => undefined);
  }

  async submit(values: FormValues, choices: FormChoices): Promise<SubmitOutcome> {
    this.#isStoring = true;
    try {
      const stored = await this.#request.store(values, choices);
      if ("onwardUrl" in stored) return this.#goOn(stored);
      this.#end("stored", (settle) => settle.resolve(stored));
      return { kind: "stored", notices: stored.notices };
    } catch (error) {
      return this.#refuse(toKeywardError(error));
    } finally {
      this.#isStoring = false;
      if (this.#cancellation !== null) this.cancel(this.#cancellation);
    }
  }

  /** A key on its way into the store is not called back: if it gets there, the login succeeded. */
  cancel(cancellation: Cancellation): void {
    this.#cancellation = cancellation;
    if (this.#grant !== null) this.#grant.cancel(cancellation);
    else if (!this.#isStoring) this.#end(cancellation.ending, (settle) => settle.reject(cancellation.error));
  }

  /** Whether it waits for the provider, and for the form no more. */
  get isAtProvider(): boolean {
    return this.#grant !== null;
  }

  #goOn({ onwardUrl, work }: Onward): SubmitOutcome {
    this.#grant = new GrantLogin(work, () => undefined);
    this.#grant.done.then(
      (stored) => this.#end("stored", (settle) => settle.resolve(stored)),
      (error: KeywardError) => this.#end("failed", (settle) => settle.reject(error)),
    );
    return { kind: "onward", url: onwardUrl };
  }

  #refuse(error: KeywardError): SubmitOutcome {
    const { message, hint = null } = error;
    if (MENDABLE.has(error.code)) {
      const field = error.detail?.["field"];
      const override = error.detail?.["overridable"] !== true ? null : error.code === "LOGIN_REJECTED" ? "unverified" : "anyShape";
      return { kind: "retry", message, hint, field: typeof field === "string" ? field : null, override };
    }
    this.#end("failed", (settle) => settle.reject(error));
    return { kind: "failed", status: error.httpStatus, message, hint };
  }

  #end(
    ending: FormEnding,
    use: (settle: { resolve: (stored: StoredConnection) => void; reject: (error: KeywardError) => void }) => void,
  ): void {
    const settle = this.#settle;
    this.#settle = null;
    if (settle === null) return;
    use(settle);
    this.#onEnd(ending);
  }
}
