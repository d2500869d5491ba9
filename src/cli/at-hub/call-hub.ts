// One call of the hub's API for a command: with the token of the environment, else in the name of the profile's login.
// In: a request and the choice of a workspace. Out: the hub's answer. A token of the environment goes to the hub of the environment only.
import { readVariable } from "../../config/environment.ts";
import { KeywardError } from "../../core/errors.ts";
import { identifyProcess } from "../../core/process-identity.ts";
import { randomText } from "../../core/ids.ts";
import type { Context } from "../context.ts";
import type { OptionSpec } from "../define.ts";

export interface HubCall {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  /** `--workspace`; else KEYWARD_WORKSPACE, else that of the login. */
  readonly workspace?: string | undefined;
  /** A create that may be sent again. */
  readonly isCreate?: boolean;
}

export const WORKSPACE_OPTION: OptionSpec = {
  flags: "--workspace <workspace>",
  summary: "id or slug, instead of KEYWARD_WORKSPACE and that of the login",
};

/** The token of the environment with the hub it is for. @throws USAGE when it is not said which hub */
export function environmentToken({ world }: Context): { readonly url: string; readonly token: string } | null {
  const token = readVariable("KEYWARD_TOKEN", world.environment);
  if (token === undefined) return null;
  const url = readVariable("KEYWARD_HUB", world.environment);
  if (url === undefined)
    throw new KeywardError("USAGE", "KEYWARD_TOKEN is set and KEYWARD_HUB is not", { hint: "set KEYWARD_HUB to the hub the token is for" });
  return { url, token };
}

/** @throws HUB_* as the hub says, HUB_LOGIN_REQUIRED */
export async function callHub<T>(context: Context, call: HubCall): Promise<T> {
  const workspace = call.workspace ?? readVariable("KEYWARD_WORKSPACE", context.world.environment) ?? null;
  const by = environmentToken(context);
  const params = {
    profile: context.profile,
    method: call.method,
    path: call.path,
    body: call.body ?? null,
    workspace,
    idempotencyKey: call.isCreate === true ? randomText(24) : null,
    by,
    asker: identifyProcess(process.pid),
  };
  try {
    return (await context.call("hub.call", params)).body as T;
  } catch (error) {
    throw by === null ? error : sayWhoseToken(error);
  }
}

/** While the variable is set it is used before any login, so a login is no way out. */
function sayWhoseToken(error: unknown): unknown {
  if (!(error instanceof KeywardError) || error.code !== "HUB_LOGIN_REQUIRED") return error;
  return new KeywardError(error.code, "the hub does not accept the token in KEYWARD_TOKEN: it is wrong, expired or revoked", {
    hint: "set it to one that counts, or: unset KEYWARD_TOKEN",
    cause: error,
  });
}

/** Every page of a list. */
export async function listHub<T>(context: Context, call: Pick<HubCall, "path" | "workspace">): Promise<T[]> {
  const rows: T[] = [];
  let cursor: string | null = null;
  do {
    const more: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page: { data: T[]; next_cursor: string | null } = await callHub(context, {
      ...call,
      method: "GET",
      path: `${call.path}${call.path.includes("?") ? "&" : "?"}limit=100${more}`,
    });
    rows.push(...page.data);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return rows;
}
