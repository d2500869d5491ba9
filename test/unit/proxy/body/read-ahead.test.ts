import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { readAhead } from "../../../../src/proxy/body/read-ahead.ts";
import type { ClientSide } from "../../../../src/proxy/client/client-side.ts";

function clientWith(body: Readable | null): { client: ClientSide; continued: () => number } {
  let count = 0;
  const client = { body, expectsContinue: true, sendContinue: () => void (count += 1) } as unknown as ClientSide;
  return { client, continued: () => count };
}

const pieces = (...texts: string[]): Readable => Readable.from(texts.map((text) => Buffer.from(text)));

describe("reading ahead", () => {
  it("reads nothing where nothing is needed or nothing comes", async () => {
    const { client, continued } = clientWith(pieces("abc"));
    expect(await readAhead(client, 0)).toBeNull();
    expect(await readAhead(clientWith(null).client, 10)).toBeNull();
    expect(continued()).toBe(0);
  });

  it("asks a client that waits for its body, and sees that it is whole", async () => {
    const { client, continued } = clientWith(pieces("abc", "def"));
    const ahead = await readAhead(client, 6);
    expect(ahead?.start).toEqual({ bytes: Buffer.from("abcdef"), isWhole: true });
    expect(continued()).toBe(1);
  });

  it("stops when it has more than is needed, and leaves the rest to be read", async () => {
    const body = pieces("abc", "def", "ghi");
    const ahead = await readAhead(clientWith(body).client, 4);
    expect(ahead?.start).toEqual({ bytes: Buffer.from("abcdef"), isWhole: false });
    expect(String((await ahead?.rest.next())?.value)).toBe("ghi");
    ahead?.release();
    expect(body.destroyed).toBe(false);
  });
});
