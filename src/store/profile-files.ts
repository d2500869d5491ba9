// Names of everything a profile keeps on disk. In: the profiles directory and a profile name. Out: absolute paths.
// docs/formats.md describes each file. Touches no file.
import { join } from "node:path";
import { checkName } from "../core/names.ts";

export interface ProfileFiles {
  readonly name: string;
  readonly directory: string;
  /** The encrypted database. The profile exists when this file does. */
  readonly database: string;
  readonly wal: string;
  readonly shm: string;
  /** Says where the key is (custody/descriptor.ts). */
  readonly descriptor: string;
  /** The bare key, only under custody "file". */
  readonly key: string;
  readonly audit: string;
  /** How far the audit file is known to reach (audit/head-file.ts). */
  readonly auditHead: string;
  /** The public half of the key that signs the audit. */
  readonly auditPublicKey: string;
}

/** What a wanted database file is called before it is whole. */
export const DATABASE_SUFFIX = ".db";

/** @throws NAME_INVALID */
export function profileFiles(directory: string, name: string): ProfileFiles {
  checkName("profile", name);
  const file = (suffix: string): string => join(directory, `${name}${suffix}`);
  return {
    name,
    directory,
    database: file(DATABASE_SUFFIX),
    wal: file(`${DATABASE_SUFFIX}-wal`),
    shm: file(`${DATABASE_SUFFIX}-shm`),
    descriptor: file(".key.json"),
    key: file(".key"),
    audit: file(".audit.jsonl"),
    auditHead: file(".audit.jsonl.head"),
    auditPublicKey: file(".audit.jsonl.pub"),
  };
}
