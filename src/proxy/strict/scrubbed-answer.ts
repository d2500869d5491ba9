// Step 10 in the strict lane, for an answer that is searched for the credential: the bytes of the upstream, framing and all, through
// the scrub to the client. In: a head, and what the body scanner makes of the bytes behind it. Out: the client's socket written to.
// Only an answer that has to be sent without its content coding is framed anew; of every other the bytes are the upstream's.
import type { Socket } from "node:net";
import type { KeywardError } from "../../core/errors.ts";
import type { RawHeaders } from "../../core/headers.ts";
import { AnswerScrub, type ScrubbedOutput } from "../scrub/answer-scrub.ts";
import type { Scrub } from "../scrub/armed.ts";
import { forClient } from "../steps/respond.ts";
import type { ResponseHead } from "../upstream/exchange.ts";
import { type BodyScanner, payloadIn, withoutOmitted } from "./body-scanner.ts";
import { JointWrite } from "./gather-writes.ts";
import { fieldLines, statusLine, type StrictResponse } from "./head-grammar.ts";

export interface ScrubbedAnswerHooks {
  readonly client: Socket;
  readonly host: string;
  /** The client has been told everything. */
  onEnd(): void;
  onFail(error: KeywardError): void;
  resumeUpstream(): void;
}

export class ScrubbedAnswer implements ScrubbedOutput {
  /** The client has heard the status. */
  isStarted = false;
  readonly #hooks: ScrubbedAnswerHooks;
  readonly #scrub: AnswerScrub;
  readonly #joint: JointWrite;
  /** Behind the upstream's own fields. */
  #ownFields = "";
  #isChunked = false;
  #isReframed = false;

  constructor(scrub: Scrub, hooks: ScrubbedAnswerHooks) {
    this.#hooks = hooks;
    this.#joint = new JointWrite(hooks.client);
    this.#scrub = new AnswerScrub(scrub, hooks.host, this);
  }

  get count(): number {
    return this.#scrub.count;
  }

  /** A 1xx. */
  inform(response: StrictResponse): void {
    const masked = this.#scrub.fields([response.statusText, ...forClient(response.headers)]);
    if (masked === null) return;
    const [statusText = "", ...headers] = masked;
    this.#hooks.client.write(`${statusLine({ ...response, statusText })}${fieldLines(headers)}\r\n`, "latin1");
  }

  /** The head leaves with what `push` is given next. */
  begin(response: StrictResponse, mustClose: boolean): void {
    this.#joint.begin();
    this.#isChunked = response.framing.kind === "chunked";
    this.#ownFields = mustClose ? "Connection: close\r\n" : "";
    const { status, statusText } = response;
    this.#scrub.start({ status, statusText, headers: forClient(response.headers), isEnd: response.framing.kind === "none" });
  }

  /** What the scanner took of `bytes`. false: the upstream is to wait. */
  push(body: BodyScanner, bytes: Buffer, taken: { readonly start: number; readonly count: number }): boolean {
    this.#joint.begin();
    const part = withoutOmitted(body, bytes, taken);
    const mayGoOn = part.length === 0 || this.#scrub.push(part, part === bytes ? body.payload : payloadIn(body, taken));
    if (body.isDone) this.#scrub.finish(body.trailers);
    return this.#joint.end() && mayGoOn;
  }

  /** The body has ended with its connection. */
  finish(): void {
    this.#scrub.finish([]);
  }

  drained(): void {
    this.#scrub.drained();
  }

  stop(): void {
    this.#scrub.stop();
  }

  head(head: ResponseHead, isReframed: boolean): void {
    this.isStarted = true;
    this.#isReframed = isReframed;
    const framing = this.#isChunked || isReframed ? "Transfer-Encoding: chunked\r\n" : "";
    this.#leaveTogether();
    this.#joint.text(`${statusLine(head)}${fieldLines(head.headers)}${framing}${this.#ownFields}\r\n`);
  }

  body(bytes: Buffer): boolean {
    if (bytes.length === 0) return true;
    if (!this.#isReframed) return this.#joint.bytes(bytes);
    this.#leaveTogether();
    this.#joint.text(`${bytes.length.toString(16)}\r\n`);
    this.#joint.bytes(bytes);
    return this.#joint.text("\r\n");
  }

  end(trailers: RawHeaders): void {
    // The upstream's own last chunk has gone already; what follows it has been kept back by the scanner.
    if (this.#isReframed || this.#isChunked) {
      this.#joint.text(`${this.#isReframed ? "0\r\n" : ""}${fieldLines(trailers)}\r\n`);
    }
    this.#joint.end();
    this.#hooks.onEnd();
  }

  /** Pieces that were held back come out of turn, one after the other. */
  #leaveTogether(): void {
    if (this.#joint.isOpen) return;
    this.#joint.begin();
    process.nextTick(() => this.#joint.end());
  }

  fail(error: KeywardError): void {
    this.#hooks.onFail(error);
  }

  resume(): void {
    this.#hooks.resumeUpstream();
  }
}
