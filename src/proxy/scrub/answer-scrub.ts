// Step 10, respond, for an answer to a request that carried a credential: what of it the child may see.
// In: the answer's head, pieces of its body and trailers as they come from the upstream. Out: the same to a ScrubbedOutput, with the
// credential masked, or a refusal. An answer without the credential in it leaves byte for byte as it came.
// A head waits only where it may still have to be taken back: in block mode, and before a coded body has been looked into.
import { KeywardError } from "../../core/errors.ts";
import { filterHeaders, type RawHeaders } from "../../core/headers.ts";
import type { ResponseHead } from "../upstream/exchange.ts";
import type { Scrub } from "./armed.ts";
import { CodedBody } from "./coded/coded-body.ts";
import { codingsOf, NO_CODINGS } from "./coded/content-coding.ts";
import { HeldHead } from "./held-head.ts";
import { maskFields } from "./find/mask-fields.ts";
import { MaskedStream, type Range } from "./find/masked-stream.ts";

export interface ScrubbedOutput {
  /** @param isReframed the body that follows is not framed as the upstream's: its pieces are payload alone, of unknown length */
  head(head: ResponseHead, isReframed: boolean): void;
  /** false: the client is full, `drained` tells when it is not any more. */
  body(bytes: Buffer): boolean;
  end(trailers: RawHeaders): void;
  /** The last call: the answer must not go on. */
  fail(error: KeywardError): void;
  /** The upstream was made to wait, and may go on. */
  resume(): void;
}

/** What is held back for being too little to tell goes after this long; an event must not be late by more than 20 ms. */
const OPEN_MS = 10;

export class AnswerScrub {
  readonly #scrub: Scrub;
  readonly #out: ScrubbedOutput;
  readonly #host: string;
  readonly #plain: MaskedStream;
  readonly #held: HeldHead;
  #coded: CodedBody | null = null;
  /** A body follows that nobody here can read. */
  #isUnreadable = false;
  #isReframed = false;
  #isClientFull = false;
  #isOver = false;
  #headCount = 0;
  #openTimer: NodeJS.Timeout | null = null;

  /** @param host of the upstream, for messages */
  constructor(scrub: Scrub, host: string, out: ScrubbedOutput) {
    this.#scrub = scrub;
    this.#host = host;
    this.#out = out;
    this.#plain = new MaskedStream(scrub.finder);
    this.#held = new HeldHead({ head: (head) => out.head(head, this.#isReframed), body: (bytes) => this.#send(bytes) });
  }

  /** How many times the credential was masked, or would have been. */
  get count(): number {
    return this.#headCount + this.#plain.count + (this.#coded?.count ?? 0);
  }

  /** Of a 1xx, or trailers; null: the answer has been refused. */
  fields(fields: RawHeaders): RawHeaders | null {
    const { texts, count } = maskFields(this.#scrub.finder, fields);
    this.#headCount += count;
    return this.#refuseFound() ? null : texts;
  }

  start(head: ResponseHead): void {
    const texts = [head.statusText, ...head.headers];
    const masked = this.fields(texts);
    if (masked === null) return;
    const codings = head.isEnd ? NO_CODINGS : codingsOf(head.headers);
    this.#isUnreadable = codings === null;
    if (codings !== null && codings.length > 0) this.#coded = this.#lookInto(codings);
    this.#held.take(masked === texts ? head : { ...head, statusText: masked[0] ?? "", headers: masked.slice(1) });
    const mayLeave = head.isEnd || (this.#coded === null && !this.#isUnreadable && this.#scrub.mode === "mask");
    if (mayLeave) this.#held.release();
    else if (!this.#isUnreadable) this.#held.releaseSoon(() => this.#coded?.isBusy === true);
  }

  /** @param payload the places in `bytes` that are body; null: all. false: wait for `resume` or `drained`. */
  push(bytes: Buffer, payload: readonly Range[] | null): boolean {
    if (this.#isOver) return true;
    if (this.#isUnreadable && (payload ?? bytes).length > 0) this.#fail(unreadable(this.#host));
    else if (this.#coded !== null) this.#coded.push(bytes, payload ?? [[0, bytes.length]]);
    else this.#pass(this.#plain.push(bytes, payload));
    if (this.#isOver) return true;
    this.#watchOpen(this.#plain.isHolding);
    return !this.#isClientFull && this.#coded?.isFull !== true;
  }

  /** The body has ended. */
  finish(trailers: RawHeaders): void {
    if (this.#isOver) return;
    if (this.#coded !== null) return this.#coded.end(() => this.#complete(trailers));
    this.#pass(this.#plain.end());
    if (!this.#isOver) this.#complete(trailers);
  }

  /** The client takes more again. */
  drained(): void {
    this.#isClientFull = false;
  }

  /** Nobody wants the rest. */
  stop(): void {
    this.#isOver = true;
    this.#held.drop();
    this.#coded?.stop();
    this.#watchOpen(false);
  }

  #complete(trailers: RawHeaders): void {
    const masked = this.fields(trailers);
    if (masked === null) return;
    this.#held.release();
    this.stop();
    this.#out.end(masked);
  }

  #pass(bytes: Buffer): void {
    if (!this.#refuseFound() && bytes.length > 0) this.#held.pass(bytes);
  }

  #send(bytes: Buffer): void {
    if (!this.#out.body(bytes)) this.#isClientFull = true;
  }

  #refuseFound(): boolean {
    if (this.#scrub.mode === "block" && this.count > 0) this.#fail(echoed(this.#host));
    return this.#isOver;
  }

  #fail(error: KeywardError): void {
    if (this.#isOver) return;
    this.stop();
    this.#out.fail(error);
  }

  #lookInto(codings: NonNullable<ReturnType<typeof codingsOf>>): CodedBody {
    const coded: CodedBody = new CodedBody({
      finder: this.#scrub.finder,
      codings,
      onClean: (bytes) => this.#held.pass(bytes),
      onDecoded: (bytes) => (this.#isReframed ? this.#send(bytes) : this.#held.remember(bytes)),
      onPiece: () => {
        if (coded.count > 0 && !this.#isReframed && !this.#refuseFound()) this.#sendDecoded();
        this.#watchOpen(!this.#isOver && coded.isHolding);
        if (!this.#isOver && !coded.isFull && !this.#isClientFull) this.#out.resume();
      },
      onFailure: () => this.#fail(unreadable(this.#host)),
    });
    return coded;
  }

  /** The credential is in a coded body: as long as nothing has left, the child gets the text without coding, masked. */
  #sendDecoded(): void {
    const decoded = this.#held.replace((head) =>
      head.status === 206 ? null : { ...head, headers: filterHeaders(head.headers, (name) => !OF_CODED_BYTES.has(name)) },
    );
    if (decoded === null) return this.#fail(echoed(this.#host));
    this.#isReframed = true;
    this.#held.release();
    for (const bytes of decoded) this.#send(bytes);
  }

  #watchOpen(isOpen: boolean): void {
    if (this.#openTimer !== null) clearTimeout(this.#openTimer);
    // What the upstream has sent in the meantime is read first, however late the timer comes.
    this.#openTimer = isOpen ? setTimeout(() => setImmediate(() => this.#passOpen(timer)), OPEN_MS) : null;
    const timer = this.#openTimer;
  }

  #passOpen(timer: NodeJS.Timeout | null): void {
    if (this.#isOver || this.#openTimer !== timer) return;
    this.#openTimer = null;
    if (this.#coded !== null) return this.#coded.passOpen();
    if (this.#plain.mayPassOpen) this.#pass(this.#plain.passOpen());
  }
}

/** Fields that are true of the coded bytes alone. */
const OF_CODED_BYTES: ReadonlySet<string> = new Set([
  "content-encoding",
  "content-length",
  "content-md5",
  "content-digest",
  "digest",
  "etag",
]);

export function echoed(host: string): KeywardError {
  return new KeywardError("CREDENTIAL_ECHOED", `${host} put the credential into its answer, which was withheld`, {
    hint: "keyward config get scrub",
    detail: { host },
  });
}

function unreadable(host: string): KeywardError {
  return new KeywardError("ANSWER_UNREADABLE", `the answer of ${host} has a content coding that cannot be searched for the credential`, {
    hint: "ask for another with Accept-Encoding, or see 'scrub' in keyward config list",
    detail: { host },
  });
}
