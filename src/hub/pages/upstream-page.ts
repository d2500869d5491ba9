// /sign-in/upstream: away to the OpenID provider and back. What the answer is held against waits, sealed, in this browser's session.
// In: a form with where to go next, or an invitation. Out: a signed-in person. One answer per trip: what waits is taken before it is looked at.
import type { Context } from "hono";
import { KeywardError } from "../../core/errors.ts";
import type { HubApp, HubEnv } from "../http/hub-app.ts";
import type { RateLimit } from "../http/rate-limit.ts";
import type { HubParts } from "../hub-parts.ts";
import { deriveKey } from "../keys/derive-key.ts";
import { seal, unseal } from "../keys/sealed-box.ts";
import { matchPerson } from "../upstream/match-person.ts";
import type { Upstream, UpstreamTrip } from "../upstream/upstream.ts";
import { type BrowserSession, currentBrowserSession, endBrowserSession, newBrowserSession, requireCsrf } from "./browser-session.ts";
import { type Html, html } from "./html.ts";
import { ownPath } from "./own-path.ts";
import { addPage, answerPage } from "./page-answer.ts";

const CALLBACK = "/sign-in/upstream/callback";
const TRIP_MS = 10 * 60_000;

interface Pending {
  readonly trip: UpstreamTrip;
  readonly next: string;
  readonly invitation: string | null;
  readonly untilMs: number;
}

export function addUpstream(app: HubApp, hub: HubParts, limit: RateLimit): void {
  const { upstream } = hub;
  if (upstream === null) return;
  const add = (method: "GET" | "POST", path: string, act: (context: Context<HubEnv>, form: URLSearchParams) => Promise<Response>): void =>
    addPage(app, hub, { limit, route: { method, path, act } });
  add("POST", "/sign-in/upstream", (context, form) => leave(hub, upstream, { context, form }));
  add("GET", CALLBACK, (context) => comeBack(hub, upstream, context));
}

/** For the sign-in page, and with an invitation field for the join page. */
export function upstreamForm(
  upstream: Upstream | null,
  fields: { readonly csrf: string; readonly next: string; readonly isJoining: boolean },
): Html {
  if (upstream === null) return html``;
  const invitation = fields.isJoining
    ? html`<label for="upstream_invitation">Invitation</label
        ><input id="upstream_invitation" name="invitation" autocomplete="off" required />`
    : html``;
  return html`<form method="post" action="/sign-in/upstream">
    <input type="hidden" name="csrf" value="${fields.csrf}" /><input type="hidden" name="next" value="${fields.next}" />${invitation}
    <button type="submit">${fields.isJoining ? "Join" : "Sign in"} with ${upstream.label}</button>
  </form>`;
}

interface Asked {
  readonly context: Context<HubEnv>;
  readonly form: URLSearchParams;
}

/** A page that leads on by itself, not a redirect: browsers hold redirects of a form against `form-action 'self'`. */
async function leave(hub: HubParts, upstream: Upstream, { context, form }: Asked): Promise<Response> {
  const session = await currentBrowserSession(hub, context);
  requireCsrf(session, form);
  const { url, trip } = await upstream.begin(hub.publicUrl + CALLBACK);
  const token = (form.get("invitation") ?? "").trim().replace(/^.*#/, "");
  const pending: Pending = {
    trip,
    next: ownPath(form.get("next")),
    invitation: token === "" ? null : token,
    untilMs: hub.clock.nowMs() + TRIP_MS,
  };
  const sealed = seal(pendingKey(hub), Buffer.from(JSON.stringify(pending)), `pending|${session.id}`);
  await setPending(hub, session.id, sealed);
  context.header("refresh", `0; url=${url}`);
  return answerPage(context, "Signing in", html`<p><a href="${url}">Go on to ${upstream.label}</a></p>`);
}

async function comeBack(hub: HubParts, upstream: Upstream, context: Context<HubEnv>): Promise<Response> {
  const session = await currentBrowserSession(hub, context);
  const pending = session === null ? null : await takePending(hub, session);
  if (session === null || pending === null) {
    throw new KeywardError("HUB_FORBIDDEN", "this browser has no sign-in under way, or it took too long", {
      hint: "open /sign-in and try again",
    });
  }
  const { search } = new URL(context.req.url);
  const redirectUri = hub.publicUrl + CALLBACK;
  const identity = await upstream.finish(pending.trip, { url: new URL(redirectUri + search), redirectUri });
  const user = await hub.storage.within({}, (tx) => matchPerson(tx, hub, { identity, invitation: pending.invitation }));
  await hub.storage.within({}, (tx) => endBrowserSession(tx, session.id));
  await newBrowserSession(hub, context, user.user_id);
  return context.redirect(pending.next, 303);
}

const pendingKey = (hub: HubParts): Buffer => deriveKey(hub.roots[0].bytes, "pending");

async function setPending(hub: HubParts, id: string, pending: Buffer | null): Promise<void> {
  await hub.storage.within({ key: id }, ({ db }) =>
    db.updateTable("browser_session").set({ pending }).where("browser_session_id", "=", id).execute(),
  );
}

async function takePending(hub: HubParts, { id }: BrowserSession): Promise<Pending | null> {
  const sealed = await hub.storage.within({ key: id }, async ({ db }) => {
    const row = await db.selectFrom("browser_session").select("pending").where("browser_session_id", "=", id).executeTakeFirst();
    await db.updateTable("browser_session").set({ pending: null }).where("browser_session_id", "=", id).execute();
    return row?.pending ?? null;
  });
  if (sealed === null) return null;
  const pending = JSON.parse(unseal(pendingKey(hub), sealed, `pending|${id}`).toString()) as Pending;
  return pending.untilMs > hub.clock.nowMs() ? pending : null;
}
