// Draws an address as a QR code for a phone, in half blocks of Unicode.
// In: an address, what the terminal is like. Out: lines, or null where nobody could scan them: a pipe, a narrow or plain terminal.
import { type Environment, readVariable } from "../../config/environment.ts";

export interface QrTarget {
  readonly environment: Environment;
  /** null = no terminal. */
  readonly columns: number | null;
}

/** Four modules of quiet all around (ISO/IEC 18004 §6.3.8), or many phones find nothing. */
const QUIET_MODULES = 4;

export async function drawQrCode(url: string, { environment, columns }: QrTarget): Promise<readonly string[] | null> {
  if (columns === null || readVariable("TERM", environment) === "dumb") return null;
  // Loaded for this one moment only.
  const { encode } = await import("uqr");
  const { data } = encode(url, { ecc: "L", border: QUIET_MODULES });
  if ((data[0]?.length ?? Infinity) > columns) return null;
  const lines: string[] = [];
  for (let row = 0; row < data.length; row += 2) lines.push(drawRow(data[row] ?? [], data[row + 1] ?? []));
  return lines;
}

/** Light modules are drawn and dark ones left out: right on a dark terminal, and a code of swapped colours on a light one, which phones read too. */
function drawRow(upper: readonly boolean[], lower: readonly boolean[]): string {
  return upper.map((isDark, at) => BLOCKS[Number(!isDark) * 2 + Number(!(lower[at] ?? true))]).join("");
}

/** By upper half × 2 + lower half, 1 = drawn. */
const BLOCKS = [" ", "▄", "▀", "█"] as const;
