// Reads a file's lines from the last to the first, a block at a time, so that the newest records of a long file come at once.
// In: an open file and its size. Out: the bytes of each line, without the line feed. Only ever reads.
import { readSync } from "node:fs";

const BLOCK_BYTES = 65_536;
const LINE_FEED = 10;

export interface Line {
  readonly bytes: Buffer;
  /** false: the last line of a file that does not end with a line feed. */
  readonly isEnded: boolean;
}

export function* backwardLines(fd: number, sizeBytes: number): Generator<Line> {
  // Blocks of the line being gathered, the earliest first.
  let gathered: Buffer[] = [];
  let isEnded = false;
  for (let position = sizeBytes; position > 0;) {
    const start = Math.max(0, position - BLOCK_BYTES);
    const block = readFully(fd, start, position - start);
    position = start;
    let end = block.length;
    for (let feed = block.lastIndexOf(LINE_FEED); feed >= 0; feed = feed === 0 ? -1 : block.lastIndexOf(LINE_FEED, feed - 1)) {
      const bytes = Buffer.concat([block.subarray(feed + 1, end), ...gathered]);
      // What follows the last line feed is a line only when there is something.
      if (isEnded || bytes.length > 0) yield { bytes, isEnded };
      gathered = [];
      isEnded = true;
      end = feed;
    }
    if (end > 0) gathered = [block.subarray(0, end), ...gathered];
  }
  if (isEnded || gathered.length > 0) yield { bytes: Buffer.concat(gathered), isEnded };
}

function readFully(fd: number, start: number, length: number): Buffer {
  const block = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const read = readSync(fd, block, filled, length - filled, start + filled);
    if (read === 0) break; // cut shorter by someone else meanwhile
    filled += read;
  }
  return block.subarray(0, filled);
}
