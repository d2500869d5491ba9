// Cuts a byte stream into lines of JSON, for both ends of the control socket.
// In: chunks. Out: whole lines, decoded. A line over the limit is an error at once, so that no peer can fill the memory.
import { KeywardError } from "../core/errors.ts";

/** 4 MiB: a dotenv file of a thousand keys or a large provider definition fits many times over. */
export const MAX_LINE_BYTES = 4 * 1024 * 1024;
const NEWLINE = 0x0a;

export class LineReader {
  #parts: Buffer[] = [];
  #bytes = 0;
  readonly #maxBytes: number;

  constructor(maxBytes = MAX_LINE_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** The lines `chunk` completes, without their newline. @throws DAEMON_PROTOCOL */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.#keep(chunk.subarray(start, end));
      lines.push(Buffer.concat(this.#parts).toString("utf8"));
      this.#parts = [];
      this.#bytes = 0;
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    return lines;
  }

  #keep(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#bytes > this.#maxBytes) {
      throw new KeywardError("DAEMON_PROTOCOL", `a control message is longer than ${this.#maxBytes} bytes`);
    }
    if (part.length > 0) this.#parts.push(part);
  }
}

/** One message as it goes over the wire. @throws DAEMON_PROTOCOL when it is over the limit */
export function encodeLine(message: object): string {
  const line = `${JSON.stringify(message)}\n`;
  if (line.length > MAX_LINE_BYTES / 4 && Buffer.byteLength(line) > MAX_LINE_BYTES) {
    throw new KeywardError("DAEMON_PROTOCOL", `a control message is longer than ${MAX_LINE_BYTES} bytes`);
  }
  return line;
}

/** A line → the object it holds, or null when it is not a JSON object. */
export function decodeLine(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
