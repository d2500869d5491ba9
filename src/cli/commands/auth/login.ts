// `keyward auth login`: logs this profile in at a hub, with a code that a person confirms in a browser, or with a token that is there.
// In: the hub and what to ask for. Out: who is logged in, or, without a terminal, what a person has to do (4). No token passes through it
// unless it is given to be kept.
import { readVariable } from "../../../config/environment.ts";
import { KeywardError } from "../../../core/errors.ts";
import type { Context } from "../../context.ts";
import { define } from "../../define.ts";
import { environmentToken } from "../../at-hub/call-hub.ts";
import { DEFAULT_CLIENT_ID, type HubUrls, logInAtHub, usualLogin, waitForLogin } from "../../at-hub/log-in.ts";
import { readTextArgument } from "../../input/read-text.ts";
import { identityLine, identityObject } from "../../show/hub.ts";

interface Args {
  readonly hub?: readonly string[];
  readonly browser?: boolean;
  readonly qr?: boolean;
  readonly scope?: readonly string[];
  readonly admin?: boolean;
  readonly clientId?: string;
  readonly force?: boolean;
  readonly tokenFile?: string;
  readonly apiKeyFile?: string;
  readonly token?: string;
  readonly resume?: string;
  readonly wait?: boolean;
  readonly insecure?: boolean;
}

/** A person has to act. */
const ACTION_REQUIRED = 4;

export const authLogin = define<Args>({
  name: "auth login",
  summary: "log in at a hub",
  details:
    "Shows an address and a code; the person opens the address on any machine, sees that the code is the same, and chooses the workspace and what " +
    "this profile may do there. The session stays in the encrypted profile.\n" +
    "Without a terminal it does not wait: it ends with 4 and says what a person has to open and how to go on (--resume). --wait waits all the same.\n" +
    "With KEYWARD_TOKEN and KEYWARD_HUB set no login is needed, and none is made.",
  options: [
    {
      flags: "--hub <url>",
      summary: "the hub's address, several times for several addresses of one hub (default: KEYWARD_HUB, or this profile's last hub)",
      repeat: true,
    },
    { flags: "--no-browser", summary: "only show the address" },
    { flags: "--no-qr", summary: "draw no QR code" },
    { flags: "--scope <scope>", summary: "what to ask for, several times if need be (default: cli)", repeat: true },
    { flags: "--admin", summary: "ask for the scope admin as well" },
    { flags: "--client-id <id>", summary: "another client id" },
    { flags: "--force", summary: "log in although somebody is, also at another hub" },
    { flags: "--token-file <file>", summary: "keep the API token in this file (- is standard input) instead; asks nobody" },
    { flags: "--api-key-file <file>", summary: "the same under another name" },
    { flags: "--token <token>", summary: "the same from the argument list, where others can see it" },
    { flags: "--resume <login>", summary: "go on with a login that was begun without a terminal" },
    { flags: "--wait", summary: "wait for the person also without a terminal" },
    { flags: "--insecure", summary: "allow plain http to a host that is not this machine" },
  ],
  examples: [
    { command: "keyward auth login --hub https://hub.example.com", does: "with a browser on this or any machine" },
    { command: "keyward auth login --hub https://hub.example.com --token-file -", does: "with an API token from standard input" },
  ],
  run: async ({ apiKeyFile, ...typed }, context) => {
    const tokenFile = typed.tokenFile ?? apiKeyFile;
    const args: Args = tokenFile === undefined ? typed : { ...typed, tokenFile };
    if (environmentToken(context) !== null && args.force !== true) return sayEnvironment(context);
    if (args.resume !== undefined) return say(await waitForLogin(args.resume, context), context);
    const urls = await chooseUrls(args, context);
    if (args.tokenFile !== undefined || args.token !== undefined) return await storeToken(urls, args, context);
    if (args.force !== true && (await isThere(urls, context))) return 0;
    const identity = await logInAtHub(
      {
        ...usualLogin(context),
        urls,
        clientId: args.clientId ?? DEFAULT_CLIENT_ID,
        scopes: scopesOf(args),
        insecure: args.insecure === true,
        opensBrowser: args.browser !== false && context.ask.canAsk,
        drawsQr: args.qr !== false,
        waits: args.wait === true,
      },
      context,
    );
    return identity === null ? ACTION_REQUIRED : say(identity, context);
  },
});

function say(identity: Parameters<typeof identityLine>[0], { out }: Context): number {
  out.line(identityLine(identity));
  out.object({ status: "logged_in", ...identityObject(identity) });
  return 0;
}

function sayEnvironment({ out, world }: Context): number {
  const url = readVariable("KEYWARD_HUB", world.environment) ?? "";
  out.line(`Logged in with KEYWARD_TOKEN at ${url}`);
  out.note("the variable wins over any login; to log in, unset KEYWARD_TOKEN");
  out.object({ status: "logged_in", hub: url, method: "env_token" });
  return 0;
}

/** @throws USAGE */
async function chooseUrls({ hub = [] }: Args, context: Context): Promise<HubUrls> {
  const variable = readVariable("KEYWARD_HUB", context.world.environment);
  const [named, ...more] = hub.length > 0 ? hub : variable === undefined ? [] : [variable];
  if (named !== undefined) return [named, ...more];
  const [last, ...others] = (await context.call("hub.state", { profile: context.profile })).lastUrls;
  if (last !== undefined) return [last, ...others];
  throw new KeywardError("USAGE", "which hub?", { hint: "keyward auth login --hub https://hub.example.com" });
}

/** Somebody is logged in already: said and done, unless another hub is meant. @throws HUB_CONFLICT */
async function isThere([url]: HubUrls, context: Context): Promise<boolean> {
  const { identity, lastUrls } = await context.call("hub.state", { profile: context.profile });
  // What is no address of a hub at all is refused as that, by the daemon.
  if (identity === null || !isOrigin(url)) return false;
  if (!lastUrls.includes(new URL(url).origin)) {
    throw new KeywardError("HUB_CONFLICT", `this profile is logged in at ${identity.url}`, {
      hint: `to change the hub: keyward auth login --hub ${url} --force`,
    });
  }
  context.out.note("already logged in; --force logs in again");
  say(identity, context);
  return true;
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && [new URL(text).origin, `${new URL(text).origin}/`].includes(text.toLowerCase());
}

function scopesOf({ scope = [], admin }: Args): readonly string[] {
  const named = scope.length === 0 ? ["cli"] : scope;
  return [...new Set([...named, ...(admin === true ? ["admin"] : [])])];
}

async function storeToken([url, ...alternates]: HubUrls, args: Args, context: Context): Promise<number> {
  if (args.token !== undefined) context.out.note("--token can be seen in process lists and in the shell's history; --token-file - cannot");
  const text = args.token ?? (await readTextArgument(args.tokenFile ?? "-", context.world));
  const token = text.trim();
  if (token === "")
    throw new KeywardError("KEY_EMPTY", "the token is empty, and nothing was kept", { hint: "keyward auth login --token-file FILE" });
  await context.call("hub.storeToken", { profile: context.profile, url, alternates, token, insecure: args.insecure === true });
  context.out.line(`the token for ${url} is kept in the profile`);
  context.out.note("next: keyward sync, which fetches what the token may have");
  context.out.object({ status: "stored", hub: url, method: "stored_token" });
  return 0;
}
