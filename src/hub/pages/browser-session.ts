// Who is at the browser: a random cookie, its digest in the database, and a form token that only that browser's pages carry.
// In: a request. Out: the session and a CSRF token. The cookie alone decides nothing: every change is a POST with the form token.
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { KeywardError } from "../../core/errors.ts";
import { randomText } from "../../core/ids.ts";
import type { HubEnv } from "../http/hub-app.ts";
import type { HubParts } from "../hub-parts.ts";
import { deriveKey } from "../keys/derive-key.ts";
import type { HubTransaction } from "../storage/storage.ts";
import { addCredential, findCredential, removeCredentials } from "../tokens/credentials.ts";
import { newHubToken } from "../tokens/token-format.ts";

export interface BrowserSession {
  readonly id: string;
  readonly userId: string | null;
  readonly csrf: string;
}

/** Half a working day; a device login takes a minute. */
const LIFE_MS = 12 * 3_600_000;

/** `__Host-` binds the cookie to this host over TLS; browsers do not take it over plain http. */
const cookieName = (hub: HubParts): string => (hub.publicUrl.startsWith("https:") ? "__Host-keyward" : "keyward");

/** The session of the cookie, or a new one without a person, whose cookie goes out with the answer. */
export async function openBrowserSession(hub: HubParts, context: Context<HubEnv>): Promise<BrowserSession> {
  return (await currentBrowserSession(hub, context)) ?? (await newBrowserSession(hub, context, null));
}

export async function currentBrowserSession(hub: HubParts, context: Context<HubEnv>): Promise<BrowserSession | null> {
  const token = getCookie(context, cookieName(hub));
  if (token === undefined) return null;
  return await hub.storage.within({}, async (tx) => {
    const credential = await findCredential(tx, hub.digester, { token, kinds: ["web"] });
    if (credential === null || credential.expires_at_ms <= hub.clock.nowMs()) return null;
    await tx.narrow({ key: credential.subject_id });
    const rows = tx.db.selectFrom("browser_session").selectAll().where("browser_session_id", "=", credential.subject_id);
    const row = await rows.executeTakeFirst();
    return row === undefined ? null : { id: row.browser_session_id, userId: row.user_id, csrf: csrfOf(hub, row.browser_session_id) };
  });
}

/** A sign-in starts a session of its own: a cookie someone planted before never becomes that of a person. */
export async function newBrowserSession(hub: HubParts, context: Context<HubEnv>, userId: string | null): Promise<BrowserSession> {
  const token = newHubToken("web");
  const id = `web_${randomText(20)}`;
  const nowMs = hub.clock.nowMs();
  await hub.storage.within({}, async (tx) => {
    await addCredential(tx, hub.digester, { token, tenantId: null, subjectId: id, expiresAtMs: nowMs + LIFE_MS });
    await tx.narrow({ key: id });
    const row = {
      browser_session_id: id,
      user_id: userId,
      pending: null,
      wrong_codes: 0,
      created_at_ms: nowMs,
      expires_at_ms: nowMs + LIFE_MS,
    };
    await tx.db.insertInto("browser_session").values(row).execute();
  });
  const isSecure = hub.publicUrl.startsWith("https:");
  setCookie(context, cookieName(hub), token, { httpOnly: true, secure: isSecure, sameSite: "Lax", path: "/", maxAge: LIFE_MS / 1_000 });
  return { id, userId, csrf: csrfOf(hub, id) };
}

export async function endBrowserSession(tx: HubTransaction, id: string): Promise<void> {
  await removeCredentials(tx, id);
  await tx.narrow({ key: id });
  await tx.db.deleteFrom("browser_session").where("browser_session_id", "=", id).execute();
}

function csrfOf(hub: HubParts, id: string): string {
  return createHmac("sha256", deriveKey(hub.roots[0].bytes, "cookie")).update(id).digest("base64url");
}

/** @throws HUB_FORBIDDEN for a form that no page of this browser's session sent */
export function requireCsrf(session: BrowserSession | null, form: URLSearchParams): asserts session is BrowserSession {
  const sent = Buffer.from(form.get("csrf") ?? "");
  const own = Buffer.from(session?.csrf ?? "");
  if (session === null || sent.length !== own.length || !timingSafeEqual(sent, own)) {
    throw new KeywardError("HUB_FORBIDDEN", "this form is not from a page of this browser's session", { hint: "open the page again" });
  }
}
