import { deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { Secret } from "../../../../src/core/secret.ts";
import { decodeAnswer, withBody, withoutSecrets } from "../../../../src/proxy/capture/plain-answer.ts";

const head = (headers: string[], status = 200) => ({ status, statusText: "OK", headers, isEnd: false });
const text = Buffer.from('{"a":1}');

describe("an answer taken in whole", () => {
  it("is as it came when it has no coding", async () => {
    const plain = await decodeAnswer(head(["Content-Type", "text/x", "Content-Length", "7", "ETag", "1"]), text, 100);
    expect(plain).toMatchObject({
      type: "text/x",
      body: text,
      head: { headers: ["Content-Type", "text/x", "Content-Length", "7", "ETag", "1"] },
    });
  });

  it("loses its coding, and every field that was true of its bytes", async () => {
    for (const [coding, bytes] of [
      ["gzip", gzipSync(text)],
      ["deflate", deflateSync(text)],
    ] as const) {
      const plain = await decodeAnswer(head(["X", "1", "Content-Encoding", coding, "ETag", "1", "Content-Length", "99"]), bytes, 100);
      expect(plain?.body.toString()).toBe(text.toString());
      expect(plain?.head.headers).toEqual(["X", "1", "Content-Length", "7"]);
    }
  });

  it("is null in an unknown coding, in a broken one, in part, and beyond the limit", async () => {
    expect(await decodeAnswer(head(["Content-Encoding", "compress"]), text, 100)).toBeNull();
    expect(await decodeAnswer(head(["Content-Encoding", "gzip"]), text, 100)).toBeNull();
    expect(await decodeAnswer(head([], 206), text, 100)).toBeNull();
    expect(await decodeAnswer(head(["Content-Encoding", "gzip"]), gzipSync(Buffer.alloc(200)), 100)).toBeNull();
  });
});

describe("secrets in it", () => {
  it("are masked in head and body, plain and in base64", () => {
    const secret = "s3cr3t-s3cr3t-s3cr3t";
    const body = Buffer.from(`x ${secret} ${Buffer.from(secret).toString("base64")}`);
    const answer = withBody({ head: head(["X-Echo", secret]), body: Buffer.alloc(0), type: "" }, body);
    const masked = withoutSecrets(answer, [new Secret(secret)]);
    expect(JSON.stringify([masked.head, masked.body.toString()])).not.toContain(secret);
    expect(masked.body.toString()).not.toContain(Buffer.from(secret).toString("base64").slice(0, 20));
    expect(masked.body).toHaveLength(body.length);
    expect(withoutSecrets(answer, [])).toBe(answer);
  });
});
