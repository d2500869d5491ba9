// /setup and /join: a person with an invitation becomes a member, and gets an account when they have none. The token is pasted or comes in the fragment.
// In: an invitation, and a name and password. Out: a signed-in person. A fragment reaches no log and no Referer; without a script the person pastes it.
import type { Context } from "hono";
import { KeywardError } from "../../core/errors.ts";
import { tryGuess } from "../device/guesses.ts";
import { type HubApp, type HubEnv, originOf } from "../http/hub-app.ts";
import { addressGroup } from "../http/input/client-address.ts";
import type { RateLimit } from "../http/rate-limit.ts";
import type { HubParts } from "../hub-parts.ts";
import { acceptInvite, findInvite } from "../people/invites.ts";
import { hashPassword, MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from "../people/password.ts";
import { addUser, findUser, normalEmail } from "../people/people.ts";
import { currentBrowserSession, endBrowserSession, newBrowserSession, openBrowserSession, requireCsrf } from "./browser-session.ts";
import { type Html, html } from "./html.ts";
import { addPage, answerPage } from "./page-answer.ts";
import { upstreamForm } from "./upstream-page.ts";

const WINDOW_MS = 15 * 60_000;
const EMAIL = /^[^\s@]{1,100}@[^\s@]{1,99}$/;

export function addJoin(app: HubApp, hub: HubParts, limit: RateLimit): void {
  for (const path of ["/setup", "/join"]) {
    addPage(app, hub, {
      limit,
      route: {
        method: "GET",
        path,
        act: async (context) => {
          const { csrf, userId } = await openBrowserSession(hub, context);
          const forms =
            userId === null
              ? html`${joinForm({ csrf, path })}${upstreamForm(hub.upstream, { csrf, next: "/device", isJoining: true })}`
              : acceptForm({ csrf, path });
          return answerPage(context, path === "/setup" ? "Set up this hub" : "Join a workspace", forms);
        },
      },
    });
    addPage(app, hub, { limit, route: { method: "POST", path, act: (context, form) => join(hub, context, form) } });
  }
}

async function join(hub: HubParts, context: Context<HubEnv>, form: URLSearchParams): Promise<Response> {
  const session = await currentBrowserSession(hub, context);
  requireCsrf(session, form);
  const guess = { name: `invite:ip:${addressGroup(originOf(context).ip)}`, max: 20, windowMs: WINDOW_MS };
  const token = (form.get("invitation") ?? "").trim().replace(/^.*#/, "");
  const { userId: known } = session;
  const userId = await tryGuess(hub, [guess], () => (known === null ? createAccount(hub, form, token) : joinAs(hub, known, token)));
  if (userId === null) {
    throw new KeywardError("HUB_NOT_FOUND", "the invitation is over, was used, or is for another address", { hint: "ask for a new one" });
  }
  if (session.userId !== null) return answerPage(context, "You are in", html`<p>The workspace is yours to use.</p>`);
  await hub.storage.within({}, (tx) => endBrowserSession(tx, session.id));
  await newBrowserSession(hub, context, userId);
  return answerPage(
    context,
    "You are in",
    html`<p>Your account is ready. In a terminal: <code>keyward auth login --hub ${hub.publicUrl}</code></p>`,
  );
}

/** Null: the invitation is not for this person, or for nobody. */
async function createAccount(hub: HubParts, form: URLSearchParams, token: string): Promise<string | null> {
  const wanted = readPerson(form);
  // Before the transaction: it takes time on purpose.
  const passwordHash = await hashPassword(hub.roots, wanted.password);
  return await hub.storage.within({}, async (tx) => {
    const invite = await findInvite(tx, hub, token);
    if (invite === null || (invite.email !== null && invite.email !== wanted.email)) return null;
    if ((await findUser(tx, "email", wanted.email)) !== null) {
      throw new KeywardError("HUB_CONFLICT", "there is an account with this address", { hint: "sign in, and open the invitation again" });
    }
    const nowMs = hub.clock.nowMs();
    const user = await addUser(tx, { email: wanted.email, name: wanted.name, passwordHash, subject: null, nowMs });
    await acceptInvite(tx, invite, { user, nowMs });
    return user.user_id;
  });
}

/** Someone with an account, signed in, in one more workspace. */
async function joinAs(hub: HubParts, userId: string, token: string): Promise<string | null> {
  return await hub.storage.within({}, async (tx) => {
    const user = await findUser(tx, "user_id", userId);
    const invite = user === null ? null : await findInvite(tx, hub, token);
    if (user === null || invite === null || (invite.email !== null && invite.email !== user.email)) return null;
    await acceptInvite(tx, invite, { user, nowMs: hub.clock.nowMs() });
    return userId;
  });
}

interface WantedPerson {
  readonly email: string;
  readonly name: string;
  readonly password: string;
}

function readPerson(form: URLSearchParams): WantedPerson {
  const email = normalEmail(form.get("email") ?? "");
  const name = (form.get("name") ?? "").trim().slice(0, 100) || email;
  const password = form.get("password") ?? "";
  if (!EMAIL.test(email)) throw new KeywardError("HUB_INVALID", "the e-mail address is not one", { detail: { path: "email" } });
  if (password.length < MIN_PASSWORD_LENGTH || password.length > MAX_PASSWORD_LENGTH) {
    throw new KeywardError("HUB_INVALID", `a password has ${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH} characters`, {
      detail: { path: "password" },
    });
  }
  return { email, name, password };
}

function acceptForm({ csrf, path }: { readonly csrf: string; readonly path: string }): Html {
  return html`<form method="post" action="${path}">
    <input type="hidden" name="csrf" value="${csrf}" />
    <label for="invitation">Invitation (what follows # in the address you were given)</label
    ><input id="invitation" name="invitation" autocomplete="off" required autofocus />
    <button type="submit">Join with the account you are signed in with</button>
  </form>`;
}

function joinForm({ csrf, path }: { readonly csrf: string; readonly path: string }): Html {
  return html`<form method="post" action="${path}">
    <input type="hidden" name="csrf" value="${csrf}" />
    <label for="invitation">Invitation (what follows # in the address you were given)</label
    ><input id="invitation" name="invitation" autocomplete="off" required /> <label for="name">Name</label
    ><input id="name" name="name" autocomplete="name" /> <label for="email">E-mail address</label
    ><input id="email" name="email" type="email" autocomplete="username" required />
    <label for="password">Password, ${MIN_PASSWORD_LENGTH} characters or more</label>
    <input id="password" name="password" type="password" autocomplete="new-password" minlength="${MIN_PASSWORD_LENGTH}" required />
    <button type="submit">Create the account</button>
  </form>`;
}
