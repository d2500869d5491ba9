// How the hub's pages are answered: their policy, their forms, and an error as a page instead of JSON.
// In: HTML or a thrown error. Out: a response that no script, frame or foreign form can make use of.
import { createHash } from "node:crypto";
import type { Context } from "hono";
import { ERRORS } from "../../core/error-table.ts";
import { KeywardError, toKeywardError } from "../../core/errors.ts";
import { type HubApp, type HubEnv, originOf } from "../http/hub-app.ts";
import { retryAfter } from "../http/hub-error.ts";
import { addressGroup } from "../http/input/client-address.ts";
import type { RateLimit } from "../http/rate-limit.ts";
import type { HubParts } from "../hub-parts.ts";
import { type Html, html, page, STYLE_TEXT } from "./html.ts";

const STYLE_HASH = createHash("sha256").update(STYLE_TEXT).digest("base64");
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`;

// oxlint-disable-next-line max-params -- the status is 200 for all but three
export function answerPage(context: Context<HubEnv>, title: string, body: Html, status: number = 200): Response {
  const headers = { "content-security-policy": POLICY, "cross-origin-opener-policy": "same-origin", "x-frame-options": "DENY" };
  return context.html(page(title, body), status as 200, headers);
}

export interface PageRoute {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly act: (context: Context<HubEnv>, form: URLSearchParams) => Promise<Response>;
}

/** Limited by address; what it throws becomes a page that says what to do. */
export function addPage(app: HubApp, hub: HubParts, { limit, route }: { readonly limit: RateLimit; readonly route: PageRoute }): void {
  app.on(route.method, route.path, async (context) => {
    try {
      limit.require("page", addressGroup(originOf(context).ip));
      return await route.act(context, route.method === "POST" ? await readForm(hub, context) : new URLSearchParams());
    } catch (error) {
      const known = toKeywardError(error);
      if (known.code === "INTERNAL")
        hub.log.error("unexpected", { requestId: context.get("requestId"), type: (known.cause as Error)?.name ?? "?" });
      for (const [name, value] of Object.entries(retryAfter(known))) context.header(name, value);
      const hint = known.hint === undefined ? html`` : html`<p>${known.hint}</p>`;
      return answerPage(
        context,
        "That did not work",
        html`<p class="error" role="alert">${known.message}</p>
          ${hint}`,
        ERRORS[known.code].http,
      );
    }
  });
}

/** A form of this hub's own pages: browsers say where a POST comes from (Origin, Sec-Fetch-Site). */
async function readForm(hub: HubParts, context: Context<HubEnv>): Promise<URLSearchParams> {
  const origin = context.req.header("origin");
  const site = context.req.header("sec-fetch-site");
  if ((origin !== undefined && origin !== hub.publicUrl) || (site !== undefined && site !== "same-origin" && site !== "none")) {
    throw new KeywardError("HUB_FORBIDDEN", "this form was sent by another site");
  }
  if (!/^application\/x-www-form-urlencoded(?:\s*;|$)/i.test(context.req.header("content-type") ?? "")) {
    throw new KeywardError("HUB_MEDIA_TYPE", "this address takes a form");
  }
  const form = new URLSearchParams(await context.req.text());
  for (const [name, value] of form) {
    // No text of a database holds one.
    if (value.includes("\0")) throw new KeywardError("HUB_INVALID", `${name.replaceAll(/\W/g, "")}: holds a NUL`);
  }
  return form;
}
