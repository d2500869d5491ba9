// Reads the heads of one answer from an upstream connection: any number of 1xx within reason, then the one that counts.
// In: bytes as they come. Out: each head once. Both lanes read answers here, so that none is lenient where the other is not.
import { couldBeResponse, readResponseHead, type StrictResponse } from "./head-grammar.ts";

const MAX_HEAD_BYTES = 128 * 1024;
/** Honest servers send one or two. */
const MAX_INFORMATIONAL = 32;
const EMPTY = Buffer.alloc(0);

/** A head that is whole, and where in `bytes` its body begins. */
export interface AnswerStart {
  readonly response: StrictResponse;
  readonly bytes: Buffer;
  readonly bodyStart: number;
}

export class AnswerHeads {
  readonly #method: string;
  #unread: Buffer = EMPTY;
  #informationalCount = 0;

  /** @param method of the request that is answered */
  constructor(method: string) {
    this.#method = method;
  }

  /** null: more has to come. @throws Error when this is no answer that may be passed on */
  read(chunk: Buffer, onInformational: (response: StrictResponse) => void): AnswerStart | null {
    let bytes = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
    for (;;) {
      const end = bytes.indexOf("\r\n\r\n");
      if (end < 0) break;
      const response = readResponseHead(bytes.toString("latin1", 0, end + 4), this.#method);
      // A switch of protocols is asked for by an upgrade, which is carried elsewhere (upgrade.ts).
      if (response === null || response.status === 101) throw broken("ANSWER_HEAD");
      if (response.status >= 200) return { response, bytes, bodyStart: end + 4 };
      this.#informationalCount += 1;
      if (this.#informationalCount > MAX_INFORMATIONAL) throw broken("ANSWER_NEVER");
      onInformational(response);
      bytes = bytes.subarray(end + 4);
    }
    if (bytes.length > MAX_HEAD_BYTES) throw broken("ANSWER_HEAD_TOO_LARGE");
    if (!couldBeResponse(bytes)) throw broken("ANSWER_HEAD");
    this.#unread = bytes;
    return null;
  }
}

function broken(code: string): Error {
  return Object.assign(new Error("the answer is not well-formed HTTP/1.1"), { code });
}
