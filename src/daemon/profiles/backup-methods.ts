// backup.*: a profile as one encrypted file, and a profile made from such a file. In: passphrases and encrypted bytes. Out: the same.
// Making one is audited, and refused inside a run, as showing secrets is: its maker chooses the passphrase.
import type { BackupMethods, RestoredProfile } from "../../control/api/backup.ts";
import type { MethodTable, Session } from "../../control/server.ts";
import { KeywardError } from "../../core/errors.ts";
import { newId } from "../../core/ids.ts";
import { Secret } from "../../core/secret.ts";
import { readBackup } from "../../store/backup/read-backup.ts";
import { sharedIn } from "../hub/apply-sync.ts";
import { leaveHub, linkBefore } from "../hub/leave-hub.ts";
import { isInsideRun } from "../methods/connection-reveal.ts";
import type { DaemonParts } from "../parts.ts";
import { BackupTransfers } from "./backup-transfers.ts";
import type { UnlockedProfile } from "./unlocked-profile.ts";

type Parts = Pick<DaemonParts, "profiles" | "runs" | "hubSessions">;
type ParamsOf<M extends keyof BackupMethods> = BackupMethods[M]["params"];

export function backupMethods(parts: Parts, refuseBusy: (name: string) => void): Pick<MethodTable, keyof BackupMethods> {
  const transfers = new BackupTransfers();
  return {
    "backup.make": async (params, session) => {
      const { profile, file } = await make(params, parts);
      const transferId = transfers.begin(session);
      transfers.append(transferId, file, session);
      return { profile: profile.name, transferId, bytes: file.length };
    },
    "backup.read": ({ transferId, fromByte }, session) => transfers.read(transferId, fromByte, session),
    "backup.offer": ({ transferId, data }, session) => {
      const id = transferId ?? transfers.begin(session);
      transfers.append(id, Buffer.from(data, "base64"), session);
      return { transferId: id };
    },
    "backup.restore": (params, session) => restore(params, { parts, refuseBusy, file: takeFile(params, transfers, session) }),
  };
}

function takeFile({ transferId }: ParamsOf<"backup.restore">, transfers: BackupTransfers, session: Session): Buffer {
  return transfers.take(transferId, session);
}

async function make(params: ParamsOf<"backup.make">, { profiles, runs }: Parts): Promise<{ profile: UnlockedProfile; file: Buffer }> {
  const profile = await profiles.find(params.profile);
  if (profile === null) throw new KeywardError("PROFILE_UNKNOWN", "there is no profile yet", { hint: "keyward login PROVIDER" });
  const record = (code: string | null): void => profile.audit.append({ kind: "reveal", requestId: newId("req"), runId: null, code });
  if (isInsideRun(params.asker, runs.owners())) {
    record("REVEAL_REFUSED");
    throw new KeywardError("REVEAL_REFUSED", "a program inside a keyward run gets no backup", {
      hint: "run the command in a terminal of your own",
    });
  }
  record(null);
  // A copy would go on working when the hub takes it back: what a team shares comes from the hub again.
  return { profile, file: await profile.store.backUp(new Secret(params.passphrase), sharedIn(profile)) };
}

interface RestoreTask {
  readonly parts: Parts;
  readonly refuseBusy: (name: string) => void;
  readonly file: Buffer;
}

/** The backup is opened before anything of a profile is touched. */
async function restore(params: ParamsOf<"backup.restore">, { parts, refuseBusy, file }: RestoreTask): Promise<RestoredProfile> {
  const { profiles } = parts;
  const { content, connections, renewable } = await readBackup(file, new Secret(params.backupPassphrase));
  const name = profiles.nameOf(params.profile ?? content.profile);
  const replaced = profiles.exists(name);
  if (replaced && !params.replace) {
    throw new KeywardError("PROFILE_EXISTS", `profile '${name}' is already there and stays as it is`, {
      hint: `restore under another name, or add --force to replace it`,
    });
  }
  if (replaced) refuseBusy(name);
  const { custody, passphrase } = params;
  const link = replaced ? await linkBefore(profiles, name) : null;
  const info = replaced
    ? await profiles.replace(name, { content, custody, passphrase })
    : await profiles.create(name, { content, custody, passphrase });
  const open = await profiles.find(name);
  open?.audit.append({ kind: "profile", requestId: newId("req"), runId: null });
  const leftHub = await leaveHub(parts.hubSessions, link);
  return { ...info, madeAtMs: content.madeAtMs, connections, renewable, replaced, leftHub };
}
