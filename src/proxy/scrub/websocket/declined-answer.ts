// Step 10, respond, for a WebSocket handshake that the upstream did not accept: its answer, searched like any other.
// In: node's answer. Out: the head for the client and a stream of the body, and how often the credential stood in it, once that is known.
import type { IncomingMessage } from "node:http";
import { PassThrough, type Readable } from "node:stream";
import type { ResponseHead } from "../../upstream/exchange.ts";
import { AnswerScrub } from "../answer-scrub.ts";
import type { Scrub } from "../armed.ts";

export interface DeclinedAnswer {
  readonly head: ResponseHead;
  readonly body: Readable;
  /** Resolves when the body has ended or was given up. */
  readonly masked: Promise<number>;
}

/** @throws CREDENTIAL_ECHOED, ANSWER_UNREADABLE when nothing may be passed on */
export function searchDeclined(
  answer: IncomingMessage,
  head: ResponseHead,
  { scrub, host }: { readonly scrub: Scrub; readonly host: string },
): Promise<DeclinedAnswer> {
  return new Promise((resolve, reject) => {
    const body = new PassThrough();
    let settleMasked: (count: number) => void = () => undefined;
    const masked = new Promise<number>((settle) => (settleMasked = settle));
    const search = new AnswerScrub(scrub, host, {
      head: (searched) => resolve({ head: searched, body, masked }),
      body: (bytes) => body.write(bytes),
      end: () => body.end(),
      fail(error) {
        reject(error);
        answer.destroy();
        body.destroy();
      },
      resume: () => void answer.resume(),
    });
    body.on("drain", () => {
      search.drained();
      answer.resume();
    });
    body.on("error", () => undefined);
    body.once("close", () => {
      search.stop();
      settleMasked(search.count);
      answer.destroy();
    });
    answer.on("data", (chunk: Buffer) => void (search.push(chunk, null) || answer.pause()));
    answer.on("end", () => search.finish([]));
    answer.on("error", (error) => {
      reject(error);
      body.destroy();
    });
    search.start(head);
  });
}
