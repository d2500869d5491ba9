// `keyward profile backup`: everything in a profile as one file under a passphrase. The daemon encrypts; what comes here is sealed.
import { resolve } from "node:path";
import { checkName } from "../../../core/names.ts";
import { askerOutsideRun } from "../../acts/reveal.ts";
import type { Context } from "../../context.ts";
import { define } from "../../define.ts";
import { refuseTaken, writeNewFile } from "../../files/write-new-file.ts";
import { readPassphrase } from "../../input/passphrase.ts";

interface BackupArguments {
  readonly file: string;
  readonly name?: string;
  readonly passphraseStdin?: boolean;
  readonly force?: boolean;
}

export const profileBackup = define<BackupArguments>({
  name: "profile backup",
  summary: "save a profile to an encrypted file",
  details: `The file holds every connection with its credentials, the placeholders and the certificate authority, under a
passphrase of its own: without it nobody can open the file, and nobody can recover it. Live runs and the audit stay behind.
It is written whole or not at all, for your user alone.`,
  args: [
    { name: "<file>", summary: "the file to write" },
    { name: "[name]", summary: "name of the profile (default: the active one)" },
  ],
  options: [
    { flags: "--passphrase-stdin", summary: "read the backup's passphrase from standard input" },
    { flags: "--force", summary: "replace the file if it is there" },
  ],
  examples: [
    { command: "keyward profile backup keys.kwb", does: "asks for a passphrase twice" },
    { command: "keyward profile backup keys.kwb work --passphrase-stdin < file", does: "from a script" },
  ],
  run: async (args, context) => {
    const path = resolve(context.world.cwd, args.file);
    const profile = args.name === undefined ? context.profile : checkName("profile", args.name);
    const asker = askerOutsideRun(context);
    refuseTaken(path, args.force === true);
    const question = { label: "Passphrase for the backup", fromStdin: args.passphraseStdin === true, isNew: true };
    const passphrase = await readPassphrase(question, context);
    const made = await context.call("backup.make", { profile, passphrase, asker });
    writeNewFile(path, await fetch(made.transferId, context), args.force === true);
    context.out.line(`saved profile ${made.profile} to ${path}`);
    context.out.line(`next: keep its passphrase elsewhere; it comes back with keyward profile restore ${args.file}`);
    context.out.object({ profile: made.profile, path, bytes: made.bytes });
  },
});

async function fetch(transferId: string, { call }: Context): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let fromByte: number | null = 0; fromByte !== null;) {
    const part: { data: string; nextByte: number | null } = await call("backup.read", { transferId, fromByte });
    parts.push(Buffer.from(part.data, "base64"));
    fromByte = part.nextByte;
  }
  return Buffer.concat(parts);
}
