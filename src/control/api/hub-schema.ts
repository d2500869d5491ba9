// The run-time check of the hub's part of the daemon's API; schema.ts takes it in.
// In: nothing. Out: one strict schema a method.
import { z } from "zod";
import { CONTENT_MODES } from "../../core/run.ts";

const MAX_BODY_CHARS = 1_048_576;
const name = z.string().max(256);
const profile = { profile: name.nullable() };
const url = z.string().max(2_048);
const hub = { url, alternates: z.array(url).max(16).optional(), insecure: z.boolean() };
const by = z.strictObject({ url, token: name }).nullable();
const scopes = z.array(z.string().regex(/^[\x21-\x7e]{1,100}$/)).max(64);
const body = z.unknown().refine((value) => (JSON.stringify(value) ?? "").length <= MAX_BODY_CHARS);

export const hubSchemas = {
  "hub.loginBegin": z.strictObject({ ...profile, ...hub, clientId: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/), scopes, hostName: name }),
  "hub.loginWait": z.strictObject({ ...profile, loginId: name }),
  "hub.storeToken": z.strictObject({ ...profile, ...hub, token: name }),
  "hub.state": z.strictObject(profile),
  "hub.logout": z.strictObject(profile),
  "hub.call": z.strictObject({
    ...profile,
    method: z.enum(["GET", "POST", "PATCH", "PUT", "DELETE"]),
    path: z.string().max(1_024),
    body,
    workspace: name.nullable(),
    idempotencyKey: name.nullable(),
    by,
    asker: z.strictObject({ pid: z.int().positive(), startedAt: z.string().max(128) }).nullable(),
  }),
  "hub.useWorkspace": z.strictObject({ ...profile, workspace: name }),
  "hub.sync": z.strictObject(profile),
  "hub.queue": z.strictObject(profile),
  "hub.upload": z.strictObject({
    ...profile,
    runId: name.nullable(),
    force: z.boolean(),
    cleanup: z.boolean(),
    content: z.enum(CONTENT_MODES),
    by,
    workspace: name.nullable(),
  }),
} as const;
