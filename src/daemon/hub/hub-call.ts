// Calls of the hub for commands: its API as it is, and the upload of runs. In: a request, and a token that came with it or none.
// Out: what the hub says. In the name of the profile's login, unless a token was given for this one call; no value of a secret passes here.
import type { Params, Result } from "../../control/protocol.ts";
import { KeywardError } from "../../core/errors.ts";
import { checkHubUrl } from "../../hub/hub-options.ts";
import { isInsideRun } from "../methods/connection-reveal.ts";
import type { DaemonParts } from "../parts.ts";
import { RunQueue } from "./run-queue.ts";
import { type Upload, uploadRuns } from "./upload-runs.ts";

/** In the name of the profile's login, else by the token that was given. */
export async function upload({ profile, by, workspace, ...wish }: Params<"hub.upload">, parts: DaemonParts): Promise<Result<"hub.upload">> {
  const open = await parts.profiles.ensure(profile);
  if (by === null) parts.hubSessions.require(open);
  const named = workspace === null ? {} : { "x-keyward-workspace": workspace };
  const call: Upload["call"] = (request) => {
    const headers = { ...named, ...request.headers };
    if (by === null) return parts.hubSessions.call(open, { ...request, headers });
    return parts.hubSessions.callBy([checkHubUrl(by.url)], { ...request, headers, token: by.token });
  };
  return { results: await uploadRuns({ queue: new RunQueue(parts.paths, open.name), clock: parts.clock, call, ...wish }) };
}

const API_PATH = /^\/v1\/[A-Za-z0-9_~:/.?&=%-]{1,500}$/;

/** Without query, as the hub reads it, which takes `%73` for an `s`; null: it leads elsewhere, or is read differently by whoever stands before the hub. */
function pathAsRead(path: string): string | null {
  if (!API_PATH.test(path)) return null;
  try {
    const read = decodeURIComponent(path.split("?", 1)[0] ?? "");
    const isPlain = read
      .split("/")
      .slice(1)
      .every((segment) => !["", ".", ".."].includes(segment));
    return isPlain && !/%[0-9a-f]{2}|\\/i.test(read) ? read : null;
  } catch {
    return null;
  }
}

const MAKES_TOKEN = /^\/v1\/(?:api_tokens|devices)(?:$|[/?:])/;

/** With a token of its own a program could fetch what it is only to use. */
function refuseInsideRun({ asker }: Params<"hub.call">, { runs }: DaemonParts): void {
  if (asker !== null && !isInsideRun(asker, runs.owners())) return;
  throw new KeywardError("REVEAL_REFUSED", "a program inside a keyward run gets no token of a hub", {
    hint: "run the command in a terminal of your own",
  });
}

export async function callHub(params: Params<"hub.call">, parts: DaemonParts): Promise<Result<"hub.call">> {
  const { method, path, body, workspace, idempotencyKey, by } = params;
  const asRead = pathAsRead(path);
  // A value is revealed by the one method that asks who asks.
  if (asRead === null || asRead.includes(":access")) throw new KeywardError("USAGE", "this is not an address of the hub's API");
  if (MAKES_TOKEN.test(asRead) && method === "POST") refuseInsideRun(params, parts);
  const headers = {
    ...(workspace === null ? {} : { "x-keyward-workspace": workspace }),
    ...(idempotencyKey === null ? {} : { "idempotency-key": idempotencyKey }),
  };
  const request = { method, path, headers, ...(body === null ? {} : { body }) };
  if (by === null) {
    const answer = await parts.hubSessions.call(await parts.profiles.ensure(params.profile), request);
    return { status: answer.status, body: answer.body };
  }
  const answer = await parts.hubSessions.callBy([checkHubUrl(by.url)], { ...request, token: by.token });
  return { status: answer.status, body: answer.body };
}
