// What changes a request's body on its way: the contract between injection kinds, which make one, and rewrite-body.ts, which runs it.

export interface BodyRewriter {
  /** The bytes that may leave after `chunk`; a slot that is not over yet is held back, never more than a bounded piece. */
  push(chunk: Buffer): Buffer;
  /** The body is over: what was held back. */
  end(): Buffer;
  /** What goes in has the length of what stands there, as far as that can be told beforehand. */
  readonly keepsLength: boolean;
  /** From now on a replacement of another length is left out: the body's length has been announced. */
  lockLength(): void;
}
