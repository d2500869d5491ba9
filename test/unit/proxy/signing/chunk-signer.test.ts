import { describe, expect, it } from "vitest";
import { chunksFault } from "../../../support/aws-verifier.ts";
import { canonicalRequest } from "../../../../src/proxy/signing/canonical-request.ts";
import { ChunkSigner } from "../../../../src/proxy/signing/chunk-signer.ts";
import { formatScope, signingKey, signRequest } from "../../../../src/proxy/signing/signature.ts";
import { CHUNKED, EXAMPLE_ID, EXAMPLE_SECRET } from "./aws-examples.ts";

const { scope, time, seed } = CHUNKED;
const signing = { key: signingKey(EXAMPLE_SECRET, scope), time, scope };
const wrong = "0".repeat(64);

/** An `aws-chunked` body whose signatures are all zeros. */
function chunked(sizes: readonly number[], trailers: readonly string[] = []): Buffer {
  const parts = sizes.map((size) => `${size.toString(16)};chunk-signature=${wrong}\r\n${size === 0 ? "" : `${"a".repeat(size)}\r\n`}`);
  return Buffer.from([...parts, ...trailers.map((line) => `${line}\r\n`), "\r\n"].join(""));
}

function resign(body: Buffer, pieceBytes: number): Buffer {
  const signer = new ChunkSigner(signing, seed);
  const out: Buffer[] = [];
  for (let at = 0; at < body.length; at += pieceBytes) out.push(signer.push(body.subarray(at, at + pieceBytes)));
  return Buffer.concat([...out, signer.end()]);
}

function fault(body: Buffer): string | null {
  const credential = `${EXAMPLE_ID}/${formatScope(scope)}`;
  const headers = { authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=${seed}`, "x-amz-date": time };
  return chunksFault({ method: "PUT", target: "/", headers, body }, EXAMPLE_SECRET);
}

describe("a chunked body", () => {
  it("gets the signatures AWS prints for its example", () => {
    expect(signRequest(canonicalRequest({ ...CHUNKED, payloadHash: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", service: "s3" }), signing)).toBe(
      seed,
    );
    const body = resign(chunked(CHUNKED.chunks.map(([size]) => size)), 10_000).toString();
    expect([...body.matchAll(/chunk-signature=([0-9a-f]{64})/g)].map(([, found]) => found)).toEqual(
      CHUNKED.chunks.map(([, signed]) => signed),
    );
    expect(body).toHaveLength(66824);
  });

  it.each([1, 2, 7, 87, 500, 1_000_000])("is the same whatever pieces it comes in (%i bytes)", (pieceBytes) => {
    const body = resign(chunked([300, 17, 0]), pieceBytes);
    expect(fault(body)).toBeNull();
    expect(body).toHaveLength(chunked([300, 17, 0]).length);
  });

  it("has its trailers signed too", () => {
    const body = resign(chunked([300, 0], ["x-amz-checksum-crc32c:sOO8/Q==", `x-amz-trailer-signature:${wrong}`]), 11);
    expect(body.toString()).toContain("x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:");
    expect(fault(body)).toBeNull();
  });

  it("may carry any bytes, line ends among them", () => {
    const signer = new ChunkSigner(signing, seed);
    const data = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString("latin1") + "\r\n0;chunk-signature=\r\n\r\n";
    const text = `${data.length.toString(16)};chunk-signature=${wrong}\r\n${data}\r\n0;chunk-signature=${wrong}\r\n\r\n`;
    const body = Buffer.concat([signer.push(Buffer.from(text, "latin1")), signer.end()]);
    expect(fault(body)).toBeNull();
    expect(body.toString("latin1")).toContain(data);
  });

  it.each([
    ["a chunk without a signature", "5\r\nhello\r\n"],
    ["a chunk that is longer than it says", `5;chunk-signature=${wrong}\r\nhello world\r\n`],
    ["a huge chunk", `ffffffff;chunk-signature=${wrong}\r\n`],
    ["a line without an end", "a".repeat(9000)],
    ["bytes after the end", `0;chunk-signature=${wrong}\r\n\r\nmore`],
    ["an end that is missing", `5;chunk-signature=${wrong}\r\nhello\r\n`],
  ])("is refused with %s", (_what, text) => {
    const signer = new ChunkSigner(signing, seed);
    const run = (): void => {
      signer.push(Buffer.from(text));
      signer.end();
    };
    expect(run).toThrow(expect.objectContaining({ code: "SIGNATURE_UNSUPPORTED" }));
  });
});
