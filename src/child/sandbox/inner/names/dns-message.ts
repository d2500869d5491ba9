// Questions and answers of DNS as bytes (RFC 1035), as much of it as a stub resolver inside a sandbox needs. Pure.
// In: a datagram of the program. Out: the one question in it, or null; and answers to it. It never reads past what it was given.

export interface Question {
  /** Lower case, without the last dot. */
  readonly name: string;
  readonly type: number;
  /** Where the question ends in the datagram. */
  readonly end: number;
}

export interface Answer {
  readonly code: number;
  /** What a record of type A holds; null: no record. */
  readonly address?: string | null;
  /** What a record of type PTR holds. */
  readonly name?: string | null;
}

export const TYPE = { A: 1, PTR: 12, AAAA: 28, SVCB: 64, HTTPS: 65, ANY: 255 } as const;
export const CODE = { NONE: 0, FORMAT: 1, FAILED: 2, NO_SUCH_NAME: 3, NOT_IMPLEMENTED: 4 } as const;

const HEADER_BYTES = 12;
const INTERNET = 1;
const MAX_NAME_CHARACTERS = 253;
/** A name keeps its address as long as the sandbox lives. */
const TTL_S = 60;
const QUESTION_AT = 0xc0_0c;

/** null: no plain question of one name (an answer, another operation, a name with a pointer in it). */
export function readQuestion(message: Buffer): Question | null {
  if (message.length < HEADER_BYTES || (message.readUInt16BE(2) & 0xf8_00) !== 0 || message.readUInt16BE(4) !== 1) return null;
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = message[at]; length !== 0; length = message[at]) {
    if (length === undefined || length > 63 || at + 1 + length >= message.length) return null;
    labels.push(message.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  const name = labels.join(".").toLowerCase();
  if (name.length > MAX_NAME_CHARACTERS || at + 5 > message.length || message.readUInt16BE(at + 3) !== INTERNET) return null;
  return { name, type: message.readUInt16BE(at + 1), end: at + 5 };
}

/** @param question null: nothing of what was asked is repeated */
export function writeAnswer(message: Buffer, question: Question | null, { code, address, name }: Answer): Buffer {
  const data =
    typeof address === "string" ? Buffer.from(address.split(".").map(Number)) : typeof name === "string" ? nameBytes(name) : null;
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(message.readUInt16BE(0), 0);
  // An answer, recursion available; operation and "recursion desired" as asked.
  header.writeUInt16BE(0x80_80 | (message.readUInt16BE(2) & 0x79_00) | code, 2);
  header.writeUInt16BE(question === null ? 0 : 1, 4);
  header.writeUInt16BE(data === null ? 0 : 1, 6);
  const asked = question === null ? Buffer.alloc(0) : message.subarray(HEADER_BYTES, question.end);
  if (data === null) return Buffer.concat([header, asked]);
  const record = Buffer.alloc(12);
  record.writeUInt16BE(QUESTION_AT, 0);
  record.writeUInt16BE(typeof address === "string" ? TYPE.A : TYPE.PTR, 2);
  record.writeUInt16BE(INTERNET, 4);
  record.writeUInt32BE(TTL_S, 6);
  record.writeUInt16BE(data.length, 10);
  return Buffer.concat([header, asked, record, data]);
}

function nameBytes(name: string): Buffer {
  const labels = name.split(".").flatMap((label) => [Buffer.from([label.length]), Buffer.from(label, "latin1")]);
  return Buffer.concat([...labels, Buffer.from([0])]);
}
