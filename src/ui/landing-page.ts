// The page a browser shows when it comes back from a provider: how the login ended, and that the page may be closed.
// In: how it ended and for which provider. Out: one document with its style inside, for the listener is gone before a second request;
// no script, and nothing of what the provider sent.
import { createHash } from "node:crypto";
import { LOGIN_STYLE } from "./login-style.ts";
import { html, Markup } from "./markup.ts";
import { page } from "./page.ts";

/** foreign: an answer that belongs to another login. */
export type LandingEnding = "stored" | "failed" | "foreign";

const TEXTS: Readonly<Record<LandingEnding, { readonly title: string; readonly text: (name: string) => string }>> = {
  stored: {
    title: "You are logged in",
    text: (name) => `keyward has stored the access to ${name}. You can close this page and go back to the terminal.`,
  },
  failed: {
    title: "The login did not succeed",
    text: (name) => `Nothing was stored for ${name}. The terminal says why, and what to type next. You can close this page.`,
  },
  foreign: {
    title: "This is not the answer to your login",
    text: (name) => `It belongs to another login than the one at ${name} that is waiting; nothing was stored. You can close this page.`,
  },
};

const STYLE = new Markup(`<style>${LOGIN_STYLE}</style>`);
const STYLE_HASH = createHash("sha256").update(LOGIN_STYLE).digest("base64");
/** Nothing but the one style sheet in the page. */
export const LANDING_POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'`;

export function landingPage(ending: LandingEnding, providerName: string): string {
  const { title, text } = TEXTS[ending];
  const body = html`<h1>${title}</h1>
    <p class="lead" role="${ending === "stored" ? "status" : "alert"}">${text(providerName)}</p>`;
  return page({ title, style: STYLE, body });
}
