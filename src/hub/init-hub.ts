// `hub init`: makes a hub out of nothing, or brings an old one up to date. Safe to run again.
// In: options. Out: what was made, and the one-time address where the first person signs up. The root key goes to its file and nowhere else.
import { mkdirSync } from "node:fs";
import { type Clock, systemClock } from "../core/clock.ts";
import { KeywardError, systemCode } from "../core/errors.ts";
import { readPrivateFile, writePrivateFile } from "../store/private-files.ts";
import { type HubOptions, keyFileIn } from "./hub-options.ts";
import type { HubLog } from "./hub-parts.ts";
import { newRootKeyLine } from "./keys/root-key.ts";
import { openHub } from "./open-hub.ts";
import { createTenant } from "./people/create-tenant.ts";
import { createInvite } from "./people/invites.ts";
import { createDigester } from "./tokens/digest.ts";

export interface InitResult {
  readonly engine: "sqlite" | "postgres";
  /** Null when the key comes from a variable. */
  readonly keyFile: string | null;
  /** A one-time token for the first person; null when the hub has people already. */
  readonly setupToken: string | null;
}

export interface Init {
  readonly options: HubOptions;
  readonly log: HubLog;
  readonly clock?: Clock;
  readonly tenantName?: string;
}

/** @throws HUB_UNUSABLE */
function makeDataDir(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new KeywardError("HUB_UNUSABLE", `cannot create ${path} (${systemCode(error) ?? "unknown reason"})`, {
      hint: "keyward hub init --data DIR, a directory that can be written",
      cause: error,
    });
  }
}

/** How long the first person has. */
const SETUP_MS = 24 * 3_600_000;

export async function initHub({ options, log, clock = systemClock, tenantName = "Main" }: Init): Promise<InitResult> {
  makeDataDir(options.dataDir);
  const { keyFile, rootKey } = ensureKey(options);
  const { storage, roots, engine } = await openHub({ options: { ...options, rootKey }, clock, log, mayCreate: true });
  try {
    const digester = createDigester(roots);
    const parts = { roots, clock, digester };
    const setupToken = await storage.within({ key: "setup" }, async (tx) => {
      // A row of the lease table marks the first tenant: no policy hides it, and two inits meet at its primary key.
      const claim = tx.db
        .insertInto("lease")
        .values({ name: "setup", owner: "", until_ms: 0 })
        .onConflict((row) => row.doNothing());
      const { numInsertedOrUpdatedRows } = await claim.executeTakeFirstOrThrow();
      if (numInsertedOrUpdatedRows === 1n) {
        const { tenantId, workspaceId } = await createTenant(tx, parts, tenantName);
        await tx.db
          .updateTable("lease")
          .set({ owner: `${tenantId}|${workspaceId}` })
          .where("name", "=", "setup")
          .execute();
      }
      const { owner } = await tx.db.selectFrom("lease").select("owner").where("name", "=", "setup").executeTakeFirstOrThrow();
      const [tenantId = "", workspaceId = ""] = owner.split("|");
      await tx.narrow({ tenantId, workspaceId: "*" });
      const someone = await tx.db.selectFrom("tenant_member").select("user_id").where("tenant_id", "=", tenantId).executeTakeFirst();
      if (someone !== undefined) return null;
      const invite = {
        tenantId,
        workspaceId,
        email: null,
        role: "owner",
        isTenantAdmin: true,
        createdBy: "system",
        lifeMs: SETUP_MS,
      } as const;
      return await createInvite(tx, parts, invite);
    });
    return { engine, keyFile, setupToken };
  } finally {
    await storage.close();
  }
}

/** The key of the variables, else that of the key file, which is made when there is none. */
function ensureKey(options: HubOptions): { keyFile: string | null; rootKey: HubOptions["rootKey"] } {
  const file = keyFileIn(options.dataDir);
  if (Object.values(options.rootKey).some((value) => value !== undefined && value !== file))
    return { keyFile: null, rootKey: options.rootKey };
  if (readPrivateFile(file) === null) writePrivateFile(file, `${newRootKeyLine()}\n`);
  return { keyFile: file, rootKey: { file } };
}
