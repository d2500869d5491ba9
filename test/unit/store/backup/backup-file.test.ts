import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Secret } from "../../../../src/core/secret.ts";
import { BACKUP_VERSION, CHUNK_BYTES, openBackup, sealBackup } from "../../../../src/store/backup/backup-file.ts";
import { codeOfAsync } from "../temp-profile.ts";

const HEADER_BYTES = 76;
const TAG_BYTES = 16;
/** The cheapest that is accepted. */
const CHEAP = { logN: 15 };
const passphrase = new Secret("correct horse");

interface Vector {
  readonly what: string;
  readonly passphrase: string;
  readonly expect: string;
  /** base64 */
  readonly file: string;
  readonly salt?: string;
  /** Its UTF-8 text, or `pattern` repeated up to `bytes`. */
  readonly content?: string;
  readonly pattern?: string;
  readonly bytes?: number;
}

const VECTORS = JSON.parse(
  readFileSync(fileURLToPath(new URL("../../../vectors/backup-v1.json", import.meta.url)), "utf8"),
) as readonly Vector[];

const contentOf = ({ content = "", pattern, bytes = 0 }: Vector): Buffer =>
  pattern === undefined ? Buffer.from(content) : Buffer.alloc(bytes, pattern);

const refusal = (file: Buffer, secret = passphrase): Promise<string> => codeOfAsync(() => openBackup(file, secret));

describe("a vector of the backup format", () => {
  it.each(VECTORS)("$what: $expect", async (vector) => {
    const file = Buffer.from(vector.file, "base64");
    const secret = new Secret(vector.passphrase);
    if (vector.expect !== "opens") {
      expect(await refusal(file, secret)).toBe(vector.expect);
      return;
    }
    expect((await openBackup(file, secret)).equals(contentOf(vector))).toBe(true);
    const again = await sealBackup(contentOf(vector), secret, { ...CHEAP, salt: Buffer.from(vector.salt ?? "", "base64") });
    expect(again.equals(file)).toBe(true);
  });
});

describe("a backup file", () => {
  it.each([0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])("of %i bytes comes back", async (length) => {
    const content = randomBytes(length);
    const file = await sealBackup(content, passphrase, CHEAP);
    expect((await openBackup(file, passphrase)).equals(content)).toBe(true);
    expect(file.includes(content.subarray(0, 16)) && length >= 16).toBe(false);
  });

  it("is another one each time, and takes a passphrase however it was composed", async () => {
    const one = await sealBackup(Buffer.from("x"), new Secret("caf\u00e9"), CHEAP);
    expect(one.equals(await sealBackup(Buffer.from("x"), new Secret("caf\u00e9"), CHEAP))).toBe(false);
    expect((await openBackup(one, new Secret("cafe\u0301"))).toString()).toBe("x");
    expect(await codeOfAsync(() => sealBackup(Buffer.from("x"), new Secret("")))).toBe("KEY_EMPTY");
  });

  it("costs a guess as much as a profile's passphrase", async () => {
    expect((await sealBackup(Buffer.from("x"), passphrase))[17]).toBe(17);
  });

  it("says that the passphrase is wrong, and nothing else of it", async () => {
    const file = await sealBackup(Buffer.from("x"), passphrase, CHEAP);
    expect(await refusal(file, new Secret("correct horsf"))).toBe("BACKUP_KEY_WRONG");
  });

  it("with any one bit flipped is damaged, never a wrong passphrase and never other content", async () => {
    const file = await sealBackup(Buffer.from("content of a backup"), passphrase, CHEAP);
    for (let at = 0; at < file.length; at++) {
      const damaged = Buffer.from(file);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
      const expected = at < 15 ? "BACKUP_FOREIGN" : at === 15 && (damaged[at] ?? 0) > BACKUP_VERSION ? "BACKUP_NEWER" : "BACKUP_CORRUPT";
      expect({ at, code: await refusal(damaged) }).toEqual({ at, code: expected });
    }
  });

  it("cut off anywhere is damaged, also after a whole chunk", async () => {
    const file = await sealBackup(randomBytes(2 * CHUNK_BYTES), passphrase, CHEAP);
    const chunk = CHUNK_BYTES + TAG_BYTES;
    for (const length of [1, 14, 15, 16, 17, 40, HEADER_BYTES - 1, HEADER_BYTES, HEADER_BYTES + 1, HEADER_BYTES + 15]) {
      expect({ length, code: await refusal(file.subarray(0, length)) }).toEqual({ length, code: "BACKUP_CORRUPT" });
    }
    for (const length of [HEADER_BYTES + chunk, HEADER_BYTES + chunk + 16, file.length - 1]) {
      expect({ length, code: await refusal(file.subarray(0, length)) }).toEqual({ length, code: "BACKUP_CORRUPT" });
    }
  });

  it("with its chunks swapped, one left out or one of another backup is damaged", async () => {
    const salt = Buffer.alloc(16, 7);
    const chunk = CHUNK_BYTES + TAG_BYTES;
    const [file, other] = [await sealed(salt), await sealed(salt)];
    const header = file.subarray(0, HEADER_BYTES);
    const part = (from: Buffer, at: number): Buffer => from.subarray(HEADER_BYTES + at * chunk, HEADER_BYTES + (at + 1) * chunk);
    expect(await refusal(Buffer.concat([header, part(file, 1), part(file, 0), part(file, 2)]))).toBe("BACKUP_CORRUPT");
    expect(await refusal(Buffer.concat([header, part(file, 0), part(file, 2)]))).toBe("BACKUP_CORRUPT");
    expect(await refusal(Buffer.concat([header, part(file, 0), part(file, 1), part(other, 2), part(file, 2)]))).toBe("BACKUP_CORRUPT");
  });

  it.each([1, 16, CHUNK_BYTES])("with %i bytes after its end is damaged", async (more) => {
    const file = await sealBackup(randomBytes(CHUNK_BYTES), passphrase, CHEAP);
    expect(await refusal(Buffer.concat([file, Buffer.alloc(more)]))).toBe("BACKUP_CORRUPT");
  });

  it("is told from what is none", async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from("SQLite format 3\0"), randomBytes(500), Buffer.from("keyward backuq\0\u0001")]) {
      expect(await refusal(bytes)).toBe("BACKUP_FOREIGN");
    }
  });
});

function sealed(salt: Buffer): Promise<Buffer> {
  return sealBackup(randomBytes(2 * CHUNK_BYTES + 100), passphrase, { ...CHEAP, salt });
}
