// The answer of GET /v1/sync, looked at before anything of it is used: a hub that answers with something else shares nothing.
// In: a body as it came. Out: a checked answer. What a newer hub says beside it is left out.
import { z } from "zod";
import { KeywardError } from "../../../core/errors.ts";
import { NAME_PATTERN, PROVIDER_ID_PATTERN } from "../../../core/names.ts";
import { SECRET_SCOPES } from "../../../core/vault/words.ts";

const MAX_ROWS = 10_000;
/** A hundred years: more is no policy. */
const MAX_OFFLINE_S = 100 * 366 * 86_400;

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const providerId = z.string().regex(PROVIDER_ID_PATTERN);
const scope = z.enum(SECRET_SCOPES);
const secret = z.object({
  id,
  name: z.string().min(1).max(128),
  scope,
  version: z.number().int().positive(),
  sealed: z.string().max(262_144),
});
const connection = z.object({
  id,
  provider: providerId,
  name: z.string().regex(NAME_PATTERN),
  scope,
  secret_id: id.nullable(),
  origins: z.array(z.string().max(300)).min(1).max(20),
});
const schema = z.object({
  rev: z.number().int().min(0),
  is_full: z.boolean(),
  server_time: z.number().int().optional(),
  /** Of the token that asks. */
  expires_at: z.number().int().nullish(),
  policy: z.object({ max_offline_seconds: z.number().min(0).max(MAX_OFFLINE_S) }),
  secrets: z.array(secret).max(MAX_ROWS),
  connections: z.array(connection).max(MAX_ROWS),
  providers: z.array(z.object({ id: providerId, definition: z.record(z.string(), z.unknown()) })).max(1_000),
  gone: z.object({
    secrets: z.array(id).max(MAX_ROWS),
    connections: z.array(id).max(MAX_ROWS),
    providers: z.array(providerId).max(MAX_ROWS),
  }),
});

export type SyncAnswer = z.infer<typeof schema>;
export type SyncedConnection = z.infer<typeof connection>;
export type SyncedDefinition = SyncAnswer["providers"][number];

/** @throws HUB_UNREACHABLE */
export function readSyncAnswer(body: unknown): SyncAnswer {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new KeywardError("HUB_UNREACHABLE", "the hub's answer to a sync is not one that this keyward understands", {
    hint: "look at the versions of both: keyward version",
  });
}
