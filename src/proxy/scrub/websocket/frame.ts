// The frames of a WebSocket as a server sends them (RFC 6455 §5.2), read and made. Part of step 10, respond.
// In: bytes and a place in them, or a payload. Out: what the head says, or the frame. Throws on what a server must not send.
import { KeywardError } from "../../../core/errors.ts";

export interface Frame {
  readonly opcode: number;
  readonly isControl: boolean;
  readonly isCompressed: boolean;
  readonly isFinal: boolean;
  /** Payload bytes still to come. */
  left: number;
}

/** The frame goes on with the message before it. */
export const CONTINUATION = 0;
const MAX_CONTROL_BYTES = 125;
const RSV1 = 0x40;
const RSV2_AND_RSV3 = 0x30;

/** @param mayCompress permessage-deflate was agreed on. null: more has to come. @throws UPSTREAM_BROKEN */
export function readHead(bytes: Buffer, at: number, mayCompress: boolean): { readonly frame: Frame; readonly headBytes: number } | null {
  if (bytes.length < at + 2) return null;
  const [first, second] = [bytes[at] as number, bytes[at + 1] as number];
  const opcode = first & 0x0f;
  const isControl = (opcode & 0x08) !== 0;
  const isFinal = (first & 0x80) !== 0;
  const isCompressed = (first & RSV1) !== 0;
  // Only clients mask. Only the first frame of a message says that it is compressed (RFC 7692 §6), and only where that was agreed on.
  if ((first & RSV2_AND_RSV3) !== 0 || (second & 0x80) !== 0) throw broken();
  if (isCompressed && (!mayCompress || isControl || opcode === CONTINUATION)) throw broken();
  const short = second & 0x7f;
  if (isControl && (short > MAX_CONTROL_BYTES || !isFinal)) throw broken();
  const headBytes = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < at + headBytes) return null;
  const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
  if (!Number.isSafeInteger(length)) throw broken();
  return { frame: { opcode, isControl, isCompressed, isFinal, left: length }, headBytes };
}

/** One frame, not compressed. */
export function frame({ opcode, isFinal }: Pick<Frame, "opcode" | "isFinal">, payload: Buffer): Buffer {
  const { length } = payload;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = (isFinal ? 0x80 : 0) | opcode;
  head[1] = length < 126 ? length : length < 65_536 ? 126 : 127;
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

function broken(): KeywardError {
  return new KeywardError("UPSTREAM_BROKEN", "the upstream sent a WebSocket frame that no server may send");
}
