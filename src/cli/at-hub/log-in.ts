// The device login of `keyward auth login`: shows the address, the code and a QR code, waits, and says who is logged in.
// In: the hub and what is asked for. Out: who it is. Without a terminal nothing waits: the command ends with what a person has to do.
import { hostname } from "node:os";
import type { HubIdentity, HubLoginBegun } from "../../control/api/hub.ts";
import { KeywardError } from "../../core/errors.ts";
import type { Context } from "../context.ts";
import { untilInterrupted } from "../input/interrupt.ts";
import { openUrl } from "../login/open-url.ts";
import { drawQrCode } from "../login/qr-code.ts";

/** Addresses of one hub. */
export type HubUrls = readonly [string, ...string[]];

export interface HubLoginWish {
  readonly urls: HubUrls;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly hostName: string;
  readonly insecure: boolean;
  readonly opensBrowser: boolean;
  readonly drawsQr: boolean;
  /** Wait although nobody can be seen at a terminal. */
  readonly waits: boolean;
}

export const DEFAULT_CLIENT_ID = "keyward-cli";

/** As `keyward auth login` without options. */
export function usualLogin({ ask }: Context): Omit<HubLoginWish, "urls"> {
  const asked = { clientId: DEFAULT_CLIENT_ID, scopes: ["cli"], hostName: hostname() };
  return { ...asked, insecure: false, opensBrowser: ask.canAsk, drawsQr: true, waits: false };
}

/** @returns null when a person has to act and the command does not wait: it was said how */
export async function logInAtHub(wish: HubLoginWish, context: Context): Promise<HubIdentity | null> {
  const { clientId, scopes, hostName, insecure } = wish;
  const [url, ...alternates] = wish.urls;
  const begun = await context.call("hub.loginBegin", { profile: context.profile, url, alternates, clientId, scopes, hostName, insecure });
  if (!wish.waits && (context.out.json || !context.ask.canAsk)) {
    sayWhatToDo(begun, context);
    return null;
  }
  const outcome = waitForLogin(begun.loginId, context);
  outcome.catch(() => undefined);
  await show(begun, wish, context);
  return await outcome;
}

async function show(begun: HubLoginBegun, wish: HubLoginWish, { out, world }: Context): Promise<void> {
  const { verificationUriComplete, userCode } = begun;
  out.tell(`Open ${verificationUriComplete}`);
  out.tell(`and see that it shows the code ${userCode}`);
  const columns = world.stderr.isTTY === true ? (world.stderr.columns ?? null) : null;
  const lines = wish.drawsQr ? await drawQrCode(verificationUriComplete, { environment: world.environment, columns }) : null;
  for (const line of lines ?? []) out.tell(line);
  if (wish.opensBrowser && !(await openUrl(verificationUriComplete, world.environment))) {
    out.note("no browser could be started; open the address yourself, on any machine");
  }
  out.note("waiting for you in the browser … (Ctrl-C ends the login)");
}

/** Ctrl-C ends the command; the code dies by itself. */
export function waitForLogin(loginId: string, context: Context): Promise<HubIdentity> {
  const waiting = context.call("hub.loginWait", { profile: context.profile, loginId });
  waiting.catch(() => undefined);
  return untilInterrupted(waiting, (signal) => {
    context.close();
    return new KeywardError("LOGIN_CANCELLED", "the login was ended before it was finished", { detail: { signal } });
  });
}

function sayWhatToDo(begun: HubLoginBegun, { out }: Context): void {
  const resume = `keyward auth login --resume ${begun.loginId}`;
  out.line(`a person has to open ${begun.verificationUriComplete} and confirm the code ${begun.userCode}`);
  out.line(`then: ${resume}`);
  out.object({
    status: "action_required",
    verification_uri: begun.verificationUri,
    verification_uri_complete: begun.verificationUriComplete,
    user_code: begun.userCode,
    expires_at: new Date(begun.expiresAtMs).toISOString(),
    resume,
  });
}
