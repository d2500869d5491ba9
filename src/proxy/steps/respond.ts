// Step 10, respond: the upstream's answer streamed back as it comes; a broken answer breaks, it never ends cleanly.
// In: head, chunks and trailers from the upstream. Out: the client's side fed. Hop-by-hop fields and Alt-Svc stay here.
import { KeywardError } from "../../core/errors.ts";
import { connectionTokens, filterHeaders, isHopByHop, type RawHeaders } from "../../core/headers.ts";
import type { ClientSide } from "../client/client-side.ts";
import type { UpstreamSink } from "../upstream/exchange.ts";

/** What the answer carried so far; read by record. */
export interface Progress {
  status: number | null;
  bytesUp: number;
  bytesDown: number;
}

export function relayTo(client: ClientSide, progress: Progress): Omit<UpstreamSink, "onEnd" | "onError"> {
  return {
    onInformational(status, headers) {
      // 100 goes to the client that asked for it alone, 101 belongs to upgrades (upgrade.ts).
      if (status > 101) client.sendInformational(status, forClient(headers));
      else if (status === 100 && client.expectsContinue) client.sendContinue();
    },
    onHead(head) {
      const { status, headers } = head;
      if (status === 407) throw new KeywardError("UPSTREAM_BROKEN", "the upstream asked for proxy credentials");
      progress.status = status;
      client.start({ ...head, headers: forClient(headers) });
    },
    onData(chunk) {
      progress.bytesDown += chunk.length;
      return client.write(chunk);
    },
    onBodySent(bytes) {
      progress.bytesUp += bytes;
    },
  };
}

/** Alt-Svc would move the client to a protocol that goes around the proxy. */
export function forClient(headers: RawHeaders): string[] {
  const named = connectionTokens(headers);
  return filterHeaders(headers, (name) => name !== "alt-svc" && !isHopByHop(name) && !named.has(name));
}
