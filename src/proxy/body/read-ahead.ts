// Reads the start of a request's body before anything is decided, so that a placeholder in it can say which connection is meant.
// In: the client's side and how much is needed. Out: the bytes, and a way to read on from there. It never destroys the client's stream.
import type { BodyStart } from "../../core/exchange.ts";
import { KeywardError } from "../../core/errors.ts";
import type { ClientSide } from "../client/client-side.ts";

export interface ReadAhead {
  readonly start: BodyStart;
  /** What follows `start`. */
  readonly rest: AsyncIterator<Buffer>;
  /** Lets go of the client's stream. */
  release(): void;
}

/** null when nothing is needed, or there is no body. @throws UPSTREAM_BROKEN when the client goes away meanwhile */
export async function readAhead(
  client: Pick<ClientSide, "body" | "expectsContinue" | "sendContinue">,
  neededBytes: number,
): Promise<ReadAhead | null> {
  if (client.body === null || neededBytes === 0) return null;
  if (client.expectsContinue) client.sendContinue();
  const rest: AsyncIterator<Buffer> = client.body.iterator({ destroyOnReturn: false });
  const release = (): void => void rest.return?.().catch(() => undefined);
  const chunks: Buffer[] = [];
  let readBytes = 0;
  try {
    while (readBytes <= neededBytes) {
      const next = await rest.next();
      if (next.done === true) return { start: { bytes: Buffer.concat(chunks), isWhole: true }, rest, release };
      chunks.push(next.value);
      readBytes += next.value.length;
    }
  } catch (error) {
    if (error instanceof KeywardError) throw error;
    throw new KeywardError("UPSTREAM_BROKEN", "the client went away", { cause: error });
  }
  return { start: { bytes: Buffer.concat(chunks), isWhole: false }, rest, release };
}
