// Used by compare.mjs, not run by itself: what the comparison prints, kept as well, so that it can become the figures of a document.
// In: lines of Markdown. Out: the same on standard output; on demand a file whose part from "## Figures" on is replaced by them.
import { readFileSync, writeFileSync } from "node:fs";

const HEADING = "## Figures";

export class Report {
  #text = "";

  say(line = "") {
    console.log(line);
    this.#text += `${line}\n`;
  }

  table(head, rows) {
    const line = (cells) => `| ${cells.join(" | ")} |`;
    this.say(line(head));
    this.say(line(head.map(() => "---")));
    for (const row of rows) this.say(line(row));
  }

  /** @param path a document that has the heading */
  writeInto(path) {
    const old = readFileSync(path, "utf8");
    const at = old.indexOf(`\n${HEADING}\n`);
    if (at < 0) throw new Error(`${path} has no heading "${HEADING}"`);
    writeFileSync(path, `${old.slice(0, at)}\n${HEADING}\n\n${this.#text}`);
  }
}
