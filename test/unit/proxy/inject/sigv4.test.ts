import { describe, expect, it } from "vitest";
import { headerValue } from "../../../../src/core/headers.ts";
import type { Outgoing } from "../../../../src/core/exchange.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { sigv4Kind } from "../../../../src/proxy/inject/sigv4.ts";
import { signatureFault } from "../../../support/aws-verifier.ts";

const given = { id: `AKIA${"PLACEHOLDER".padEnd(16, "2")}`, secret: "placeholder-secret", token: "placeholder-token" };
const keys = { id: `AKIA${"REAL".repeat(4)}`, secret: "the/real+secret" };
const fields = { id: new Secret(keys.id), secret: new Secret(keys.secret) };
const place = { in: "sigv4", accessKey: "{id}", secretKey: "{secret}", sessionToken: "{token}" } as const;
const SCOPE = "20261125/eu-central-1/sts/aws4_request";
const TIME = "20261125T120000Z";

interface Parts {
  readonly authorization?: string;
  readonly headers?: readonly string[];
  readonly target?: string;
  readonly body?: Outgoing["body"];
}

function request({ authorization, headers = [], target = "/", body }: Parts): Outgoing {
  const value = authorization ?? `AWS4-HMAC-SHA256 Credential=${given.id}/${SCOPE}, SignedHeaders=host;x-amz-date, Signature=00`;
  const all = ["Host", "sts.test", "X-Amz-Date", TIME, "Authorization", value, ...headers];
  return { method: "POST", target, headers: all, ...(body === undefined ? {} : { body }) };
}

function signed(parts: Parts, secrets: Record<string, Secret> = fields): Outgoing {
  return sigv4Kind.replace(place, request(parts), { given, fields: secrets });
}

function fault(outgoing: Outgoing, body = ""): string | null {
  const headers: Record<string, string> = {};
  outgoing.headers.forEach((text, index) => index % 2 === 0 && (headers[text.toLowerCase()] = outgoing.headers[index + 1] ?? ""));
  return signatureFault({ method: outgoing.method, target: outgoing.target, headers, body: Buffer.from(body) }, keys);
}

describe("a child's signature", () => {
  it.each([
    [undefined, "placeholder"],
    [`AWS4-HMAC-SHA256 Credential=x${given.id}/${SCOPE}, SignedHeaders=host, Signature=00`, "misformed"],
    [`AWS4-HMAC-SHA256 Credential=AKIAMINE/${SCOPE}, SignedHeaders=host, Signature=00`, "other"],
    ["Bearer mine", "other"],
    ["", "empty"],
  ])("in %j is %s", (authorization, expected) => {
    expect(sigv4Kind.read(place, request(authorization === undefined ? {} : { authorization }), given)).toBe(expected);
  });

  it("is made anew over what leaves, and over nothing that does not", () => {
    const names = "content-type;host;x-amz-date;x-amz-security-token;x-gone";
    const authorization = `AWS4-HMAC-SHA256 Credential=${given.id}/${SCOPE}, SignedHeaders=${names}, Signature=00`;
    const sent = signed({ authorization, headers: ["Content-Type", "text/plain", "X-Amz-Security-Token", given.token] });
    expect(headerValue(sent.headers, "authorization")).toContain("SignedHeaders=content-type;host;x-amz-date, ");
    expect(headerValue(sent.headers, "x-amz-security-token")).toBeNull();
    expect(fault(sent)).toBeNull();
    expect(JSON.stringify(sent)).not.toContain("PLACEHOLDER");
  });

  it("has the session token of a temporary credential, signed", () => {
    const sent = signed({}, { ...fields, token: new Secret("real-token") });
    expect(headerValue(sent.headers, "x-amz-security-token")).toBe("real-token");
    expect(headerValue(sent.headers, "authorization")).toContain("SignedHeaders=host;x-amz-date;x-amz-security-token, ");
    expect(fault(sent)).toBeNull();
  });

  it("covers the body's hash: stated, or computed", () => {
    const body = { bytes: Buffer.from("Action=X"), isWhole: true };
    expect(sigv4Kind.bodyBytes?.(place, request({}))).toBe(1024 * 1024);
    expect(fault(signed({ body }), "Action=X")).toBeNull();
    expect(fault(signed({ body }), "Action=Y")).not.toBeNull();
    const stated = { headers: ["X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"] };
    expect(sigv4Kind.bodyBytes?.(place, request(stated))).toBe(0);
    const chunks = { headers: ["X-Amz-Content-Sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"] };
    expect(sigv4Kind.bodyBytes?.(place, request(chunks))).toBeGreaterThan(0);
    expect(sigv4Kind.rewriter?.(place, signed(chunks), { given, fields })).not.toBeNull();
    expect(sigv4Kind.rewriter?.(place, signed(stated), { given, fields })).toBeNull();
    expect(fault(signed(stated), "anything")).toBeNull();
  });

  it("takes its time from Date when there is no other", () => {
    const plain = request({ headers: ["Date", "Wed, 25 Nov 2026 12:00:00 GMT"] });
    const headers = plain.headers.filter((_, index) => index !== 2 && index !== 3);
    const sent = sigv4Kind.replace(place, { ...plain, headers }, { given, fields });
    expect(fault({ ...sent, headers: [...sent.headers, "X-Amz-Date", TIME] })).toBeNull();
  });

  it.each<[string, Parts]>([
    [
      "ECDSA",
      { authorization: `AWS4-ECDSA-P256-SHA256 Credential=${given.id}/20261125/s3/aws4_request, SignedHeaders=host, Signature=00` },
    ],
    ["chunks signed with ECDSA", { headers: ["X-Amz-Content-Sha256", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"] }],
    ["a long body without a hash", { body: { bytes: Buffer.alloc(10), isWhole: false } }],
  ])("cannot be made anew: %s", (_what, parts) => {
    expect(() => signed(parts)).toThrow(expect.objectContaining({ code: "SIGNATURE_UNSUPPORTED" }));
  });

  it.each<[string, Parts]>([
    ["an incomplete scope", { authorization: `AWS4-HMAC-SHA256 Credential=${given.id}/x, SignedHeaders=host, Signature=00` }],
    ["two signatures", { headers: ["Authorization", "again"] }],
  ])("is refused with %s", (_what, parts) => {
    expect(() => signed(parts)).toThrow(expect.objectContaining({ code: "REQUEST_MALFORMED" }));
  });

  it("in a presigned URL is made anew there", () => {
    const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${given.id}%2F${SCOPE.replaceAll("/", "%2F")}&X-Amz-Date=${TIME}&X-Amz-Expires=60&X-Amz-Security-Token=${given.token}&X-Amz-SignedHeaders=host&X-Amz-Signature=00&a=%7e`;
    const { headers, ...rest } = request({ target: `/?${query}` });
    const plain = { ...rest, method: "GET", headers: headers.filter((_, index) => index < 2) };
    expect(sigv4Kind.read(place, plain, given)).toBe("placeholder");
    for (const token of [null, "real-token"]) {
      const secrets = token === null ? fields : { ...fields, token: new Secret(token) };
      const sent = sigv4Kind.replace(place, plain, { given, fields: secrets });
      expect(fault(sent)).toBeNull();
      expect(new URL(`https://h.test${sent.target}`).searchParams.get("X-Amz-Security-Token")).toBe(token);
      expect(sent.target).toContain("a=%7e");
    }
    expect(sigv4Kind.fill).toBeNull();
  });
});
