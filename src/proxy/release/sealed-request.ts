// A request that is ready to leave, closed: whatever is to be written of it to an upstream comes out for a permit only.
// In: the head with the credential in it, and what writes the credential into the body. Out: the same, to the holder of the permit
// that mayRelease gave for this very request. Until then the credential is in memory and on no socket.
import type { Readable } from "node:stream";
import type { Outgoing } from "../../core/exchange.ts";
import type { BodyRewriter } from "../body/body-rewriter.ts";
import type { ReadAhead } from "../body/read-ahead.ts";
import { rewriteBody } from "../body/rewrite-body.ts";
import type { Permit, ReleaseClaim } from "./may-release.ts";

export interface SealedContent {
  readonly outgoing: Outgoing;
  /** Of places that stand in the body. */
  readonly rewriters: readonly BodyRewriter[];
  /** Made of the client's by the rewriters; null: the client's own goes, if it has one. */
  readonly body: Readable | null;
}

export class SealedRequest {
  /** What mayRelease has to be asked; null: there is no credential in it. */
  readonly claim: ReleaseClaim | null;
  readonly #content: SealedContent;

  constructor(claim: ReleaseClaim | null, content: SealedContent) {
    this.claim = claim;
    this.#content = content;
  }

  /** With the body that was read ahead, rewritten. */
  async withBody(ahead: ReadAhead): Promise<SealedRequest> {
    const { outgoing, rewriters } = this.#content;
    return new SealedRequest(this.claim, { ...(await rewriteBody(outgoing, rewriters, ahead)), rewriters: [] });
  }

  head(permit: Permit): Outgoing {
    return this.#open(permit).outgoing;
  }

  body(permit: Permit): Readable | null {
    return this.#open(permit).body;
  }

  #open(permit: Permit): SealedContent {
    if (permit.claim !== this.claim) throw new Error("the permit is for another request");
    return this.#content;
  }
}
