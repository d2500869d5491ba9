// The search for canaries itself must find one in every spelling, or every test that relies on it proves nothing.
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { randomText } from "../../../src/core/ids.ts";
import { assertNoSecret, findSecrets } from "../../support/assert-no-secret.ts";

const canary = `${randomText(24)}+/é?${randomText(8)}`;
const root = mkdtempSync(join(tmpdir(), "kw-canary-"));
afterAll(() => rmSync(root, { recursive: true }));

const percent = [...Buffer.from(canary)].map((byte) => `%${byte.toString(16)}`).join("");
const spellings: [string, string][] = [
  ["as it is", `x${Buffer.from(canary).toString("latin1")}y`],
  ["in hex", Buffer.from(`a${canary}b`).toString("hex")],
  ["in upper-case hex", Buffer.from(canary).toString("hex").toUpperCase()],
  ["percent-encoded where needed", `?key=${encodeURIComponent(canary)}&`],
  ["percent-encoded whole", percent],
  ...["", "u", "us", "user:"].map((before): [string, string] => [
    `in base64 after ${before.length} bytes`,
    Buffer.from(`${before}${canary}:tail`).toString("base64"),
  ]),
  ["in base64url", Buffer.from(`u${canary}`).toString("base64url")],
];

describe("the search for secrets", () => {
  it.each(spellings)("finds a canary %s in text", (_how, text) => {
    expect(findSecrets({ canaries: [canary], texts: ["before", text] })).not.toEqual([]);
  });

  it.each(spellings)("finds a canary %s in a file far down", (_how, text) => {
    const deep = join(root, "a", "b");
    mkdirSync(deep, { recursive: true });
    writeFileSync(join(deep, "file.bin"), Buffer.from(`\0\xff${text}\0`, "latin1"));
    expect(() => assertNoSecret({ canaries: [canary], directories: [root] })).toThrow(/canary 0 .* in .*file\.bin/);
  });

  it("does not repeat what it found", () => {
    const found = findSecrets({ canaries: [canary], texts: [canary] });
    expect(JSON.stringify(found)).not.toContain(canary);
  });

  it("finds nothing where there is nothing", () => {
    expect(findSecrets({ canaries: [canary], texts: [randomText(400)] })).toEqual([]);
  });

  it("refuses a canary so short that chance would find it", () => {
    expect(() => findSecrets({ canaries: ["short"] })).toThrow(/at least 8/);
  });
});
