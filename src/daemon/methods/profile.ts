// profile.*: the encrypted stores and who holds their keys. A passphrase passes through here and stays nowhere.
import { rmSync } from "node:fs";
import type { BackupMethods } from "../../control/api/backup.ts";
import type { MethodTable } from "../../control/server.ts";
import { KeywardError } from "../../core/errors.ts";
import { newId } from "../../core/ids.ts";
import type { DaemonParts } from "../parts.ts";
import { leaveHub, linkBefore } from "../hub/leave-hub.ts";
import { RunQueue } from "../hub/run-queue.ts";
import { certificatePath } from "../profiles/authority-file.ts";
import { backupMethods } from "../profiles/backup-methods.ts";

type ProfileMethods = Pick<
  MethodTable,
  "profile.list" | "profile.create" | "profile.unlock" | "profile.lock" | "profile.delete" | "profile.rekey" | keyof BackupMethods
>;

export function profileMethods(parts: DaemonParts): ProfileMethods {
  const { profiles } = parts;
  return {
    "profile.list": () => ({ profiles: profiles.list() }),
    "profile.create": ({ profile, custody, passphrase }) => profiles.create(profile, { custody, passphrase }),
    "profile.unlock": ({ profile, passphrase }) => profiles.unlock(profile, passphrase),
    "profile.lock": ({ profile }) => {
      refuseBusy(parts, profiles.nameOf(profile));
      return profiles.lock(profile);
    },
    "profile.delete": async ({ profile }) => {
      const name = profiles.nameOf(profile);
      refuseBusy(parts, name);
      const link = await linkBefore(profiles, name);
      await profiles.delete(profile);
      rmSync(certificatePath(parts.paths, name), { force: true });
      // They are of a hub that the next profile of this name may know nothing of.
      new RunQueue(parts.paths, name).clear();
      return { leftHub: await leaveHub(parts.hubSessions, link) };
    },
    ...backupMethods(parts, (name) => refuseBusy(parts, name)),
    "profile.rekey": async ({ profile, custody, passphrase }) => {
      const info = await profiles.rekey(profile, { custody, passphrase });
      const open = await profiles.find(profile);
      open?.audit.append({ kind: "profile", requestId: newId("req"), runId: null });
      return info;
    },
  };
}

/** @throws PROFILE_BUSY */
function refuseBusy({ runs }: DaemonParts, name: string): void {
  const live = runs.list(name).length;
  if (live === 0) return;
  throw new KeywardError("PROFILE_BUSY", `${live} live ${live === 1 ? "run uses" : "runs use"} profile '${name}'`, {
    hint: "keyward runs list",
  });
}
