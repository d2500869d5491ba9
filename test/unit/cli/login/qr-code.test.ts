import { encode } from "uqr";
import { expect, it } from "vitest";
import { drawQrCode } from "../../../../src/cli/login/qr-code.ts";

const url = "https://auth.acme.test/device?user_code=ABCD-EFGH";
const draw = (columns: number | null, environment: Record<string, string> = {}) => drawQrCode(url, { environment, columns });

/** What a camera sees: drawn = light. */
function modulesOf(lines: readonly string[]): boolean[][] {
  return lines.flatMap((line) => [
    [...line].map((block) => block === " " || block === "▄"),
    [...line].map((block) => block === " " || block === "▀"),
  ]);
}

it("draws every module of the code, two rows a line, with quiet all around", async () => {
  const lines = (await draw(120)) ?? [];
  const { data } = encode(url, { ecc: "L", border: 4 });
  expect(modulesOf(lines).slice(0, data.length)).toEqual(data);
  expect(lines.join("")).toMatch(/^[ ▀▄█]+$/);
  expect(lines[0]).toMatch(/^█+$/);
  expect(lines.length).toBe(Math.ceil(data.length / 2));
});

it("draws nothing where nobody could scan it", async () => {
  expect(await draw(null)).toBeNull();
  expect(await draw(20)).toBeNull();
  expect(await draw(120, { TERM: "dumb" })).toBeNull();
});
