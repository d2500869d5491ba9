// /device: the person's side of a device login. Type or confirm the code, see who asks for what, choose a workspace, say yes or no.
// In: a signed-in browser. Out: a decision. Opening an address changes nothing; the code is bound to the first browser that goes on with it.
import type { Context } from "hono";
import { KeywardError } from "../../core/errors.ts";
import { type Approver, claimLogin, decideLogin, type Seat, seatsOf } from "../device/approve-login.ts";
import { type GuessLimit, tryGuess } from "../device/guesses.ts";
import { normalUserCode } from "../device/user-code.ts";
import { parseScopes } from "../http/caller.ts";
import { type HubApp, type HubEnv, originOf } from "../http/hub-app.ts";
import { addressGroup } from "../http/input/client-address.ts";
import type { RateLimit } from "../http/rate-limit.ts";
import type { HubParts } from "../hub-parts.ts";
import type { DeviceCodeTable } from "../storage/tables/access.ts";
import { isScope, SCOPES } from "../tokens/scopes.ts";
import { type BrowserSession, currentBrowserSession, requireCsrf } from "./browser-session.ts";
import { type Html, html } from "./html.ts";
import { addPage, answerPage } from "./page-answer.ts";

const WINDOW_MS = 10 * 60_000;

export function addDevicePage(app: HubApp, hub: HubParts, limit: RateLimit): void {
  const add = (method: "GET" | "POST", path: string, act: (context: Context<HubEnv>, form: URLSearchParams) => Promise<Response>): void =>
    addPage(app, hub, { limit, route: { method, path, act } });
  add("GET", "/device", (context) => showCodeForm(hub, context));
  add("POST", "/device", (context, form) => confirm(hub, context, form));
  add("POST", "/device/decide", (context, form) => decide(hub, context, form));
}

/** Someone signed in, or null after which the caller redirects. */
async function signedIn(hub: HubParts, context: Context<HubEnv>): Promise<(BrowserSession & { readonly userId: string }) | null> {
  const session = await currentBrowserSession(hub, context);
  return session === null || session.userId === null ? null : { ...session, userId: session.userId };
}

async function showCodeForm(hub: HubParts, context: Context<HubEnv>): Promise<Response> {
  const typed = context.req.query("user_code") ?? "";
  const code = normalUserCode(typed);
  const session = await signedIn(hub, context);
  if (session === null) {
    const next = code === null ? "/device" : `/device?user_code=${code}`;
    return context.redirect(`/sign-in?next=${encodeURIComponent(next)}`, 303);
  }
  return answerPage(context, "Log a device in", codeForm(session.csrf, code));
}

function codeForm(csrf: string, code: string | null): Html {
  const field =
    code === null
      ? html`<label for="user_code">The code your terminal shows</label>
          <input id="user_code" name="user_code" autocomplete="off" autocapitalize="characters" spellcheck="false" required autofocus />`
      : html`<p>Does your terminal show this code?</p>
          <p class="code">${code}</p>
          <input type="hidden" name="user_code" value="${code}" />
          <p class="warning">
            Go on only if you started this login yourself, just now. Someone who sends you this address would be logged in as you.
          </p>`;
  return html`<form method="post" action="/device">
    <input type="hidden" name="csrf" value="${csrf}" />${field}
    <button type="submit">${code === null ? "Go on" : "Yes, it is my code"}</button>
  </form>`;
}

async function confirm(hub: HubParts, context: Context<HubEnv>, form: URLSearchParams): Promise<Response> {
  const session = await signedIn(hub, context);
  requireCsrf(session, form);
  const { ip } = originOf(context);
  const limits: readonly GuessLimit[] = [
    { name: `code:session:${session.id}`, max: 5, windowMs: WINDOW_MS },
    { name: `code:user:${session.userId}`, max: 10, windowMs: WINDOW_MS },
    { name: `code:ip:${addressGroup(ip)}`, max: 20, windowMs: WINDOW_MS },
  ];
  const code = form.get("user_code") ?? "";
  const by: Approver = { browserSessionId: session.id, userId: session.userId };
  const claim = () =>
    hub.storage.within({}, async (tx) => {
      const row = await claimLogin(tx, hub, { code, by });
      return row === null ? null : { row, seats: await seatsOf(tx, session.userId) };
    });
  const found = await tryGuess(hub, limits, claim);
  if (found === null) {
    throw new KeywardError("HUB_NOT_FOUND", "there is no such code, it is over, or another browser has it", {
      hint: "start the login again",
    });
  }
  const shown = { csrf: session.csrf, code: normalUserCode(code) ?? "", ip, nowMs: hub.clock.nowMs(), ...found };
  return answerPage(context, "Log this device in?", decisionForm(shown));
}

interface Shown {
  readonly csrf: string;
  readonly code: string;
  readonly ip: string;
  readonly nowMs: number;
  readonly row: DeviceCodeTable;
  readonly seats: readonly Seat[];
}

function decisionForm({ csrf, code, ip, nowMs, row, seats }: Shown): Html {
  const elsewhere =
    row.ip === ip
      ? html``
      : html`<p class="warning">The login was started at ${row.ip}, and you are at ${ip}. If that is not your machine, say no.</p>`;
  const hidden = html`<input type="hidden" name="csrf" value="${csrf}" /><input type="hidden" name="user_code" value="${code}" />`;
  const deny = html`<button type="submit" name="decision" value="deny">No</button>`;
  const facts = html`<dl>
    <dt>Code</dt>
    <dd class="code">${code}</dd>
    <dt>Program</dt>
    <dd>${row.client_id}</dd>
    <dt>Calls its machine</dt>
    <dd>${row.host_name}</dd>
    <dt>Address</dt>
    <dd>${row.ip}</dd>
    <dt>Started</dt>
    <dd>${Math.max(0, Math.round((nowMs - row.created_at_ms) / 1_000))} seconds ago</dd>
  </dl>`;
  if (seats.length === 0) {
    return html`${facts}
      <p class="error" role="alert">You are in no workspace that allows device logins.</p>
      <form method="post" action="/device/decide">${hidden}${deny}</form>`;
  }
  const options = seats.map(
    (seat) => html`<option value="${seat.workspaceId}">${seat.tenantName} / ${seat.workspaceName} (${seat.role})</option>`,
  );
  const boxes = parseScopes(row.scopes).map(
    (scope) =>
      html`<label><input type="checkbox" name="scope" value="${scope}" checked /> ${SCOPES[scope]} <small>(${scope})</small></label>`,
  );
  return html`${facts}${elsewhere}
    <form method="post" action="/device/decide">
      ${hidden} <label for="workspace">Workspace</label
      ><select id="workspace" name="workspace">
        ${options}
      </select>
      <fieldset>
        <legend>It may, as far as your role there allows</legend>
        ${boxes}
      </fieldset>
      <button type="submit" name="decision" value="approve">Yes, log it in</button>${deny}
    </form>`;
}

async function decide(hub: HubParts, context: Context<HubEnv>, form: URLSearchParams): Promise<Response> {
  const session = await signedIn(hub, context);
  requireCsrf(session, form);
  const outcome = await hub.storage.within({}, (tx) =>
    decideLogin(tx, hub, {
      code: form.get("user_code") ?? "",
      by: { browserSessionId: session.id, userId: session.userId },
      isApproved: form.get("decision") === "approve",
      workspaceId: form.get("workspace") ?? "",
      scopes: form.getAll("scope").filter(isScope),
    }),
  );
  const text =
    outcome === "approved"
      ? html`<p>The device is logged in. You can close this page.</p>`
      : html`<p>Nothing was logged in. You can close this page.</p>`;
  return answerPage(context, outcome === "approved" ? "Done" : "Refused", text);
}
