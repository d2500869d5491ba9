// Lays rows out in columns. In: a head and rows of cells. Out: lines. Widths count terminal cells, not code units.
// On a terminal the widest column gives way so that a row stays one line; into a pipe nothing is ever cut.
import { cleanText } from "./clean.ts";
import type { Style } from "./colour.ts";

/** A cell may carry a style; colour never carries meaning of its own. */
export type Cell = string | { readonly text: string; readonly style: Style };

export interface TableOptions {
  /** Terminal columns; null = no limit. */
  readonly maxWidth: number | null;
  readonly paint: (text: string, style: Style) => string;
}

const GAP = 2;
/** A column that gives way keeps at least this much. */
const MIN_COLUMN = 8;

export function formatTable(head: readonly string[], rows: readonly (readonly Cell[])[], options: TableOptions): string[] {
  const texts = rows.map((row) => row.map((cell) => cleanText(typeof cell === "string" ? cell : cell.text)));
  const widths = fitWidths(columnWidths([head, ...texts]), options.maxWidth);
  const format = (row: readonly string[], style: (column: number) => Style | null): string =>
    row
      .map((text, column) => {
        const cut = truncate(text, widths[column] ?? 0);
        const padding = column === row.length - 1 ? "" : " ".repeat((widths[column] ?? 0) - displayWidth(cut) + GAP);
        const chosen = style(column);
        return (chosen === null ? cut : options.paint(cut, chosen)) + padding;
      })
      .join("")
      .trimEnd();
  return [
    format(head, () => "bold"),
    ...texts.map((row, index) =>
      format(row, (column) => {
        const cell = rows[index]?.[column];
        return cell === undefined || typeof cell === "string" ? null : cell.style;
      }),
    ),
  ];
}

function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((text, column) => {
      widths[column] = Math.max(widths[column] ?? 0, displayWidth(text));
    });
  }
  return widths;
}

function fitWidths(widths: number[], maxWidth: number | null): number[] {
  if (maxWidth === null) return widths;
  const fitted = [...widths];
  for (;;) {
    const total = fitted.reduce((sum, width) => sum + width, 0) + GAP * (fitted.length - 1);
    const widest = fitted.indexOf(Math.max(...fitted));
    const width = fitted[widest] ?? 0;
    if (total <= maxWidth || width <= MIN_COLUMN) return fitted;
    fitted[widest] = Math.max(MIN_COLUMN, width - (total - maxWidth));
  }
}

function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let cut = "";
  for (const character of text) {
    if (displayWidth(cut + character) > width - 1) break;
    cut += character;
  }
  return `${cut}…`;
}

/** Terminal cells: 2 for East Asian wide characters and emoji, 0 for marks that combine. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/\p{Mark}|\u200d|\ufe0f/u.test(character)) continue;
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
      character,
    )
      ? 2
      : 1;
  }
  return width;
}
