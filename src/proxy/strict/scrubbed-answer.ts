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
  /** Behind the upstream's own fields. */
  #ownFields = "";
  #isChunked = false;
  #isReframed = false;

  constructor(scrub: Scrub, hooks: ScrubbedAnswerHooks) {
    this.#hooks = hooks;
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

  begin(response: StrictResponse, mustClose: boolean): void {
    this.#isChunked = response.framing.kind === "chunked";
    this.#ownFields = mustClose ? "Connection: close\r\n" : "";
    const { status, statusText } = response;
    this.#scrub.start({ status, statusText, headers: forClient(response.headers), isEnd: response.framing.kind === "none" });
  }

  /** What the scanner took of `bytes`. false: the upstream is to wait. */
  push(body: BodyScanner, bytes: Buffer, taken: { readonly start: number; readonly count: number }): boolean {
    const { client } = this.#hooks;
    client.cork();
    const part = withoutOmitted(body, bytes, taken);
    const isFlowing = part.length === 0 || this.#scrub.push(part, part === bytes ? body.payload : payloadIn(body, taken));
    if (body.isDone) this.#scrub.finish(body.trailers);
    client.uncork();
    return isFlowing;
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
    this.#hooks.client.write(`${statusLine(head)}${fieldLines(head.headers)}${framing}${this.#ownFields}\r\n`, "latin1");
  }

  body(bytes: Buffer): boolean {
    const { client } = this.#hooks;
    if (!this.#isReframed || bytes.length === 0) return client.write(bytes);
    client.write(`${bytes.length.toString(16)}\r\n`, "latin1");
    client.write(bytes);
    return client.write("\r\n", "latin1");
  }

  end(trailers: RawHeaders): void {
    // The upstream's own last chunk has gone already; what follows it has been kept back by the scanner.
    if (this.#isReframed || this.#isChunked) {
      this.#hooks.client.write(`${this.#isReframed ? "0\r\n" : ""}${fieldLines(trailers)}\r\n`, "latin1");
    }
    this.#hooks.onEnd();
  }

  fail(error: KeywardError): void {
    this.#hooks.onFail(error);
  }

  resume(): void {
    this.#hooks.resumeUpstream();
  }
}
