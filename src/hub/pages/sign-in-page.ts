// /sign-in and /sign-out: a person proves who they are with a password. Where they were going is kept in the form, and is a path of this hub.
// In: an e-mail address and a password. Out: a browser session. A wrong name and a wrong password look and take the same.
import type { Context } from "hono";
import { type HubApp, type HubEnv, originOf } from "../http/hub-app.ts";
import type { RateLimit } from "../http/rate-limit.ts";
import { addressGroup } from "../http/input/client-address.ts";
import type { HubParts } from "../hub-parts.ts";
import { type GuessLimit, tryGuess } from "../device/guesses.ts";
import { hashPassword, matchPassword } from "../people/password.ts";
import { findUser, normalEmail } from "../people/people.ts";
import { currentBrowserSession, endBrowserSession, newBrowserSession, openBrowserSession, requireCsrf } from "./browser-session.ts";
import { type Html, html } from "./html.ts";
import { ownPath } from "./own-path.ts";
import { addPage, answerPage } from "./page-answer.ts";
import { upstreamForm } from "./upstream-page.ts";

const WINDOW_MS = 15 * 60_000;

export function addSignIn(app: HubApp, hub: HubParts, limit: RateLimit): void {
  const show = async (context: Context<HubEnv>, more: { readonly next: string; readonly problem?: string }): Promise<Response> => {
    const { csrf } = await openBrowserSession(hub, context);
    return answerPage(
      context,
      "Sign in",
      html`${signInForm({ csrf, ...more })}${upstreamForm(hub.upstream, { csrf, next: more.next, isJoining: false })}`,
      more.problem === undefined ? 200 : 401,
    );
  };
  addPage(app, hub, {
    limit,
    route: { method: "GET", path: "/sign-in", act: (context) => show(context, { next: ownPath(context.req.query("next") ?? null) }) },
  });
  addPage(app, hub, {
    limit,
    route: {
      method: "POST",
      path: "/sign-in",
      act: async (context, form) => {
        const session = await currentBrowserSession(hub, context);
        requireCsrf(session, form);
        const next = ownPath(form.get("next"));
        const userId = await checkPassword(hub, {
          email: form.get("email") ?? "",
          password: form.get("password") ?? "",
          ip: originOf(context).ip,
        });
        if (userId === null) return await show(context, { next, problem: "The address or the password is wrong." });
        await hub.storage.within({}, (tx) => endBrowserSession(tx, session.id));
        await newBrowserSession(hub, context, userId);
        return context.redirect(next, 303);
      },
    },
  });
  addPage(app, hub, { limit, route: { method: "POST", path: "/sign-out", act: (context, form) => signOut(hub, context, form) } });
}

async function signOut(hub: HubParts, context: Context<HubEnv>, form: URLSearchParams): Promise<Response> {
  const session = await currentBrowserSession(hub, context);
  requireCsrf(session, form);
  await hub.storage.within({}, (tx) => endBrowserSession(tx, session.id));
  return context.redirect("/sign-in", 303);
}

interface Attempt {
  readonly email: string;
  readonly password: string;
  readonly ip: string;
}

/** The user's id, or null. @throws HUB_BUSY after ten wrong tries for an address, fifty from one machine */
async function checkPassword(hub: HubParts, { email, password, ip }: Attempt): Promise<string | null> {
  const limits: readonly GuessLimit[] = [
    { name: `password:${normalEmail(email)}`, max: 10, windowMs: WINDOW_MS },
    { name: `password:ip:${addressGroup(ip)}`, max: 50, windowMs: WINDOW_MS },
  ];
  return await tryGuess(hub, limits, async () => {
    const user = await hub.storage.within({}, (tx) => findUser(tx, "email", email));
    const match = await matchPassword(hub.roots, user?.password_hash ?? null, password);
    if (user === null || match === "wrong") return null;
    if (match === "stale") await rehash(hub, user.user_id, password);
    return user.user_id;
  });
}

async function rehash(hub: HubParts, userId: string, password: string): Promise<void> {
  const passwordHash = await hashPassword(hub.roots, password);
  await hub.storage.within({ key: userId }, ({ db }) =>
    db.updateTable("user_account").set({ password_hash: passwordHash }).where("user_id", "=", userId).execute(),
  );
}

function signInForm({ csrf, next, problem }: { readonly csrf: string; readonly next: string; readonly problem?: string }): Html {
  const alert = problem === undefined ? html`` : html`<p class="error" role="alert">${problem}</p>`;
  return html`${alert}
    <form method="post" action="/sign-in">
      <input type="hidden" name="csrf" value="${csrf}" /><input type="hidden" name="next" value="${next}" />
      <label for="email">E-mail address</label><input id="email" name="email" type="email" autocomplete="username" required autofocus />
      <label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required />
      <button type="submit">Sign in</button>
    </form>`;
}
