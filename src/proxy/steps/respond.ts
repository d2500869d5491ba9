// Step 10, respond: the upstream's answer streamed back as it comes; a broken answer breaks, it never ends cleanly.
// In: head, chunks and trailers from the upstream. Out: the client's side fed. Hop-by-hop fields and Alt-Svc stay here.
import { KeywardError } from "../../core/errors.ts";
import { connectionTokens, filterHeaders, isHopByHop, type RawHeaders } from "../../core/headers.ts";
import type { ClientSide } from "../client/client-side.ts";
import { AnswerScrub } from "../scrub/answer-scrub.ts";
import type { Scrub } from "../scrub/armed.ts";
import type { UpstreamSink } from "../upstream/exchange.ts";

/** What the answer carried so far; read by record. */
export interface Progress {
  status: number | null;
  bytesUp: number;
  bytesDown: number;
  /** How often the credential stood in the answer. */
  masked: number;
}

export interface RelayHooks {
  /** The client has been told everything. */
  onEnd(): void;
  /** The answer must not go on. */
  onFail(error: KeywardError): void;
  /** The upstream was made to wait, and may go on. */
  resume(): void;
}

export interface Relay extends Omit<UpstreamSink, "onError" | "onBodySent"> {
  /** The client takes more again. */
  drained(): void;
  /** Nothing more comes. */
  stop(): void;
}

/** @param scrub null: the answer passes as it comes */
export function relayTo(client: ClientSide, progress: Progress, { scrub, host, ...hooks }: RelayHooks & Searched): Relay {
  const plain = relayPlain(client, progress, hooks);
  if (scrub === null) return plain;
  const answer = new AnswerScrub(scrub, host, {
    head(head) {
      client.start(head);
      progress.status = head.status;
    },
    body: (bytes) => client.write(bytes),
    end(trailers) {
      progress.masked = answer.count;
      plain.onEnd(trailers);
    },
    fail(error) {
      progress.masked = answer.count;
      hooks.onFail(error);
    },
    resume: () => hooks.resume(),
  });
  return {
    onInformational(status, headers) {
      const masked = status > 101 ? answer.fields(headers) : headers;
      if (masked !== null) plain.onInformational(status, masked);
    },
    onHead(head) {
      refuseProxyDemand(head.status);
      answer.start({ ...head, headers: forClient(head.headers) });
    },
    onData(chunk) {
      progress.bytesDown += chunk.length;
      const isFlowing = answer.push(chunk, null);
      progress.masked = answer.count;
      return isFlowing;
    },
    onEnd: (trailers) => answer.finish(trailers),
    drained: () => answer.drained(),
    stop: () => answer.stop(),
  };
}

interface Searched {
  readonly scrub: Scrub | null;
  /** For messages. */
  readonly host: string;
}

function relayPlain(client: ClientSide, progress: Progress, hooks: RelayHooks): Relay {
  return {
    onInformational(status, headers) {
      // 100 goes to the client that asked for it alone, 101 belongs to upgrades (upgrade.ts).
      if (status > 101) client.sendInformational(status, forClient(headers));
      else if (status === 100 && client.expectsContinue) client.sendContinue();
    },
    onHead(head) {
      const { status, headers } = head;
      refuseProxyDemand(status);
      client.start({ ...head, headers: forClient(headers) });
      progress.status = status;
    },
    onData(chunk) {
      progress.bytesDown += chunk.length;
      return client.write(chunk);
    },
    onEnd(trailers) {
      client.finish(trailers);
      hooks.onEnd();
    },
    drained: () => undefined,
    stop: () => undefined,
  };
}

function refuseProxyDemand(status: number): void {
  if (status === 407) throw new KeywardError("UPSTREAM_BROKEN", "the upstream asked for proxy credentials");
}

/** Alt-Svc would move the client to a protocol that goes around the proxy. */
export function forClient(headers: RawHeaders): string[] {
  const named = connectionTokens(headers);
  return filterHeaders(headers, (name) => name !== "alt-svc" && !isHopByHop(name) && !named.has(name));
}
