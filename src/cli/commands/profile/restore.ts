// `keyward profile restore`: a profile from a backup file. It makes a new one, with a key and custody of its own; one that is there
// is replaced only when told.
import { resolve } from "node:path";
import { BACKUP_PART_BYTES, MAX_BACKUP_BYTES, type RestoredProfile } from "../../../control/api/backup.ts";
import { KeywardError } from "../../../core/errors.ts";
import { checkName } from "../../../core/names.ts";
import type { Context } from "../../context.ts";
import { define } from "../../define.ts";
import { readFileParts } from "../../files/read-file-parts.ts";
import { readPassphrase } from "../../input/passphrase.ts";
import { readStdin } from "../../input/read-text.ts";
import { noteLeftHub } from "../../at-hub/note-left-hub.ts";
import { CUSTODY_WORDS, profileObject } from "../../show/profiles.ts";

interface RestoreArguments {
  readonly file: string;
  readonly name?: string;
  readonly custody?: "keychain" | "passphrase" | "file";
  readonly passphraseStdin?: boolean;
  readonly force?: boolean;
}

export const profileRestore = define<RestoreArguments>({
  name: "profile restore",
  summary: "make a profile from a backup",
  details: `A new profile gets a new key, kept where --custody says. A profile that is there stays as it is, unless --force
replaces all that is in it: then its key stays, as does its custody without --custody, and the store as it was is kept beside it.
With --passphrase-stdin the first line is the backup's passphrase and, with --custody passphrase, the second one the profile's.`,
  args: [
    { name: "<file>", summary: "the backup" },
    { name: "[name]", summary: "name of the profile (default: the one the backup was made of)" },
  ],
  options: [
    {
      flags: "--custody <where>",
      summary: "where the profile's key is kept (default: the keychain, else a file)",
      choices: ["keychain", "passphrase", "file"],
    },
    { flags: "--passphrase-stdin", summary: "read the passphrases from standard input" },
    { flags: "--force", summary: "replace the profile if it is there" },
  ],
  examples: [
    { command: "keyward profile restore keys.kwb", does: "under its old name" },
    { command: "keyward profile restore keys.kwb copy --custody passphrase", does: "beside it, locked by a passphrase" },
  ],
  run: async (args, context) => {
    const profile = args.name === undefined ? null : checkName("profile", args.name);
    const parts = readFileParts(resolve(context.world.cwd, args.file), { partBytes: BACKUP_PART_BYTES, maxBytes: MAX_BACKUP_BYTES });
    const passphrases = await readPassphrases(args, context);
    const transferId = await offer(parts, context);
    const custody = args.custody ?? null;
    const restored = await context.call("backup.restore", { profile, transferId, custody, ...passphrases, replace: args.force === true });
    report(restored, context);
  },
});

interface Passphrases {
  readonly backupPassphrase: string;
  readonly passphrase: string | null;
}

/** A terminal is asked twice, a pipe has two lines. */
async function readPassphrases(args: RestoreArguments, context: Context): Promise<Passphrases> {
  const needsBoth = args.custody === "passphrase";
  if (args.passphraseStdin === true && !context.ask.canAsk) {
    const [backupPassphrase = "", own = ""] = (await readStdin(context.world.stdin)).split(/\r?\n/);
    if (backupPassphrase === "" || (needsBoth && own === "")) {
      throw new KeywardError(
        "USAGE",
        needsBoth ? "standard input must hold two passphrases, a line each" : "a passphrase has at least one character",
      );
    }
    return { backupPassphrase, passphrase: needsBoth ? own : null };
  }
  const backupPassphrase = await readPassphrase({ label: "Passphrase of the backup", fromStdin: false, isNew: false }, context);
  const own = { label: "New passphrase for the profile", fromStdin: false, isNew: true };
  return { backupPassphrase, passphrase: needsBoth ? await readPassphrase(own, context) : null };
}

async function offer(parts: readonly Buffer[], { call }: Context): Promise<string> {
  let transferId: string | null = null;
  for (const part of parts) {
    const taken: { transferId: string } = await call("backup.offer", { transferId, data: part.toString("base64") });
    transferId = taken.transferId;
  }
  return transferId ?? "";
}

function report(restored: RestoredProfile, { out }: Context): void {
  const made = new Date(restored.madeAtMs).toISOString().slice(0, 16).replace("T", " ");
  const connections = `${restored.connections} ${restored.connections === 1 ? "connection" : "connections"}`;
  out.line(
    `restored profile ${restored.name} with ${connections} as of ${made} UTC; its key is kept in ${CUSTODY_WORDS[restored.custody]}`,
  );
  if (restored.renewable > 0) {
    out.note(
      `${restored.renewable} of them ${restored.renewable === 1 ? "has tokens that" : "have tokens that"} may have been renewed since; where one is refused, log in again: keyward login PROVIDER`,
    );
  }
  noteLeftHub(restored.leftHub, out);
  if (!restored.active) out.line(`next: keyward profile use ${restored.name}`);
  const { madeAtMs, renewable, replaced } = restored;
  out.object({ ...profileObject(restored), madeAtMs, connections: restored.connections, renewable, replaced });
}
