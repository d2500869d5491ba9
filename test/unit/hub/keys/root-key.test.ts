import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { isKeyOf, keyCheckValue, newRootKeyLine, parseRootKeys, readRootKeys } from "../../../../src/hub/keys/root-key.ts";

const directory = mkdtempSync(join(tmpdir(), "keyward-root-key-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it("reads a key from a variable, a file or a command, and every line of it", async () => {
  const [two, one] = [newRootKeyLine("2"), newRootKeyLine()];
  const file = join(directory, "key");
  writeFileSync(file, `${two}\n${one}\n`);
  const sources = [{ value: `${two},${one}` }, { file }, { command: `cat '${file}'` }];
  for (const source of sources) expect((await readRootKeys(source)).map(({ id }) => id)).toEqual(["2", "1"]);
});

it("takes a bare 64 digits as key 1, in either case", () => {
  const hex = newRootKeyLine().slice(2);
  expect(parseRootKeys(hex.toUpperCase(), "x")).toEqual(parseRootKeys(`1:${hex}`, "x"));
});

it.each(["", "  \n", "1:abc", "not a key", `1:${"0".repeat(63)}`, `1:${"0".repeat(64)} 1:${"1".repeat(64)}`, `a b:${"0".repeat(64)}`])(
  "refuses %j without repeating it",
  (text) => {
    expect(() => parseRootKeys(text, "KEYWARD_HUB_KEY")).toThrow(
      expect.objectContaining({ code: "HUB_KEY", message: "KEYWARD_HUB_KEY does not hold a root key" }),
    );
  },
);

it("refuses none, two sources, a file that is not there and a command that fails, and shows nothing a command printed", async () => {
  await expect(readRootKeys({})).rejects.toThrow("the hub has no root key");
  await expect(readRootKeys({ value: newRootKeyLine(), file: "x" })).rejects.toThrow("in more than one way");
  await expect(readRootKeys({ file: join(directory, "none") })).rejects.toThrow("cannot be read (ENOENT)");
  const failure = await readRootKeys({ command: "echo canary; echo canary >&2; exit 3" }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "HUB_KEY" });
  expect(JSON.stringify([failure, (failure as Error).message, (failure as Error).cause])).not.toContain("canary");
});

it("proves a key by its check value", () => {
  const [one] = parseRootKeys(newRootKeyLine(), "x");
  const [other] = parseRootKeys(newRootKeyLine(), "x");
  const [renamed] = [{ ...one, id: "9" }];
  const value = keyCheckValue(one);
  expect([isKeyOf(one, value), isKeyOf(other, value), isKeyOf(renamed, value), isKeyOf(one, "")]).toEqual([true, false, false, false]);
  expect(value).not.toContain(one.bytes.toString("hex"));
});
