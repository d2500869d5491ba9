// The login form's listener on loopback: one unguessable path a login, alive only while a login is open.
// In: forms to show and what to do with a submission. Out: the URL to open. GET changes nothing; a form is filled once.
// It logs no path and no value, sets no cookie and answers a stranger with an empty page.
import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { KeywardError, systemCode } from "../core/errors.ts";
import { newToken } from "../core/ids.ts";
import { pickChoices, pickFields, readForm } from "./form-body.ts";
import { refuseRequest } from "./guard.ts";
import type { FormChoices, FormEnding, LoginForm, Submit, SubmitOutcome } from "./login-form.ts";
import { endedPage, failedPage, formPage, type FormProblem, storedPage } from "./login-pages.ts";
import { LOGIN_STYLE } from "./login-style.ts";

/** The port people forward over SSH. */
export const USUAL_PORT = 7999;
/** How long an ended form still says that it has ended, before the listener closes. */
const LINGER_MS = 10_000;

export interface OpenForm {
  readonly url: string;
  end(ending: FormEnding): void;
}

interface Entry {
  readonly form: LoginForm;
  readonly submit: Submit;
  readonly csrfToken: string;
  readonly path: string;
  ending: FormEnding | null;
  isBusy: boolean;
}

const SECURITY_HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;

/**
 * A form that leads to the provider is answered with a redirect, and browsers hold `form-action` against every step of one:
 * also the provider's own, to where a person signs in there, and the one back to keyward. The page has no script and no text of others.
 */
const POLICY_LEADING_ON = SECURITY_HEADERS["content-security-policy"].replace(
  "form-action 'self'",
  "form-action 'self' https: http://127.0.0.1:* http://localhost:*",
);

export class FormServer {
  readonly #entries = new Map<string, Entry>();
  readonly #lingerMs: number;
  #server: Server | null = null;
  #starting: Promise<Server> | null = null;

  constructor(lingerMs = LINGER_MS) {
    this.#lingerMs = lingerMs;
  }

  /** null while no login is open. */
  get port(): number | null {
    return (this.#server?.address() as AddressInfo | null | undefined)?.port ?? null;
  }

  /** @param wantedPort 0 = 7999 when it is free, else any. @throws PORT_TAKEN */
  async open(form: LoginForm, submit: Submit, wantedPort: number): Promise<OpenForm> {
    const path = `/login/${newToken()}`;
    const entry: Entry = { form, submit, csrfToken: newToken(), path, ending: null, isBusy: false };
    // Entered before the listener is up, so that another login's end cannot close it in between.
    this.#entries.set(path, entry);
    try {
      await this.#listen(wantedPort);
    } catch (error) {
      this.#entries.delete(path);
      throw error;
    }
    return { url: `http://127.0.0.1:${this.port}${path}`, end: (ending) => this.#end(entry, ending) };
  }

  /** Ends every form at once and frees the port. */
  close(): void {
    this.#entries.clear();
    this.#closeIfUnused();
  }

  async #listen(wantedPort: number): Promise<void> {
    this.#starting ??= this.#start(wantedPort);
    try {
      this.#server = await this.#starting;
    } catch (error) {
      this.#starting = null;
      throw error;
    }
  }

  async #start(wantedPort: number): Promise<Server> {
    const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000, maxHeaderSize: 16 * 1024 }, (request, response) => {
      // A page open in a browser must not hold the port; every answer closes its connection.
      response.shouldKeepAlive = false;
      this.#answer(request, response).catch(() => response.destroy());
    });
    server.maxConnections = 64;
    if (wantedPort !== 0) await bind(server, wantedPort);
    else await bind(server, USUAL_PORT).catch(() => bind(server, 0));
    return server;
  }

  #end(entry: Entry, ending: FormEnding): void {
    if (entry.ending !== null) return;
    entry.ending = ending;
    setTimeout(() => {
      this.#entries.delete(entry.path);
      this.#closeIfUnused();
    }, this.#lingerMs).unref();
  }

  #closeIfUnused(): void {
    if (this.#entries.size > 0) return;
    this.#server?.close();
    this.#server?.closeAllConnections();
    this.#server = null;
    this.#starting = null;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", headers, rawHeaders, url = "" } = request;
    const refusal = refuseRequest({ method, headers, rawHeaders, port: this.port ?? 0 });
    if (refusal !== null) return send(response, { status: refusal.status, allow: refusal.status === 405 });
    const isStyle = url.endsWith("/style.css");
    const entry = this.#entries.get(isStyle ? url.slice(0, -"/style.css".length) : url);
    if (entry === undefined) return send(response, { status: 404 });
    if (method === "POST") return isStyle ? send(response, { status: 405, allow: true }) : this.#submitted(entry, request, response);
    if (isStyle) return send(response, { status: 200, body: LOGIN_STYLE, type: "text/css" });
    send(response, entry.ending === null ? { status: 200, ...draw(entry, null) } : ended(entry, entry.ending));
  }

  async #submitted(entry: Entry, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = await readForm(request);
    if (form === null) return send(response, { status: 413 });
    if (!sameText(form.get("csrf") ?? "", entry.csrfToken)) return send(response, { status: 403 });
    const values = pickFields(
      form,
      entry.form.fields.map((field) => field.name),
    );
    if (values === null) return send(response, { status: 400 });
    // No await between this check and the claim: of two submissions at once, one is the second.
    if (entry.ending !== null || entry.isBusy) return send(response, ended(entry, entry.ending ?? "stored"));
    entry.isBusy = true;
    try {
      const choices = pickChoices(form);
      this.#respond(entry, response, { outcome: await entry.submit(values, choices), choices });
    } finally {
      entry.isBusy = false;
    }
  }

  #respond(entry: Entry, response: ServerResponse, { outcome, choices }: { outcome: SubmitOutcome; choices: FormChoices }): void {
    const style = stylePath(entry);
    if (outcome.kind === "retry") return send(response, { status: 422, ...draw(entry, { ...outcome, choices }) });
    this.#end(entry, outcome.kind);
    if (outcome.kind === "onward") return send(response, { status: 303, location: outcome.url });
    if (outcome.kind === "stored") return send(response, { status: 200, body: storedPage(entry.form, style, outcome.notices) });
    send(response, { status: outcome.status, body: failedPage(entry.form, style, { ...outcome, field: null, override: null, choices }) });
  }
}

function draw(entry: Entry, problem: FormProblem | null): Pick<Answer, "body" | "leadsOn"> {
  const { form, csrfToken } = entry;
  return { body: formPage({ form, csrfToken, stylePath: stylePath(entry), problem }), leadsOn: form.asksClient === true };
}

function ended(entry: Entry, ending: FormEnding): Answer {
  return { status: 410, body: endedPage(ending, stylePath(entry)) };
}

function stylePath(entry: Entry): string {
  return `${entry.path}/style.css`;
}

interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly type?: "text/html" | "text/css";
  readonly allow?: boolean;
  readonly location?: string;
  readonly leadsOn?: boolean;
}

/** Without a body nothing is said: not what is wrong, not that this is keyward. */
function send(response: ServerResponse, answer: Answer): void {
  const body = Buffer.from(answer.body ?? "");
  response.writeHead(answer.status, {
    ...SECURITY_HEADERS,
    ...(answer.leadsOn === true ? { "content-security-policy": POLICY_LEADING_ON } : {}),
    ...(answer.location === undefined ? {} : { location: answer.location }),
    ...(body.length === 0 ? {} : { "content-type": `${answer.type ?? "text/html"}; charset=utf-8` }),
    ...(answer.allow === true ? { allow: "GET, HEAD, POST" } : {}),
    "content-length": body.length,
  });
  response.end(body);
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

function bind(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error): void => {
      const reason =
        systemCode(error) === "EADDRINUSE" ? "is in use by another program" : `cannot be used (${systemCode(error) ?? "unknown reason"})`;
      reject(
        new KeywardError("PORT_TAKEN", `port ${port} of the login form ${reason}`, { hint: "keyward config unset ui.port", cause: error }),
      );
    };
    server.once("error", onError);
    server.listen(port, "127.0.0.1", () => {
      server.removeListener("error", onError);
      resolve();
    });
  });
}
