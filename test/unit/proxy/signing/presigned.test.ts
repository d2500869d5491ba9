import { describe, expect, it } from "vitest";
import { readPresigned, withParameters } from "../../../../src/proxy/signing/presigned.ts";

const target =
  "/a?x=%7e&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=id%2F20130524%2Fr%2Fs3%2Faws4_request&X-Amz-Date=d&X-Amz-SignedHeaders=host%3Brange";

describe("a presigned URL", () => {
  it("is read from its query", () => {
    expect(readPresigned(target)).toEqual({
      algorithm: "AWS4-HMAC-SHA256",
      accessKeyId: "id",
      scope: { date: "20130524", region: "r", service: "s3" },
      signedHeaders: ["host", "range"],
      isPresigned: true,
      time: "d",
    });
  });

  it.each(["/", "/?a=1", "/?q=X-Amz-Algorithm%3D", "/X-Amz-Algorithm=x", "/?q=X-Amz-Algorithm=x"])("is not seen in %s", (plain) => {
    expect(readPresigned(plain)).toBeNull();
  });

  it("cannot name two keys", () => {
    expect(() => readPresigned(`${target}&X-Amz-Credential=other`)).toThrow(expect.objectContaining({ code: "REQUEST_MALFORMED" }));
  });

  it("changes in the named parameters only, each where it stands", () => {
    expect(withParameters("/a?x=%7e&b=1&c&X-Amz-Credential=a%2Fb", { "X-Amz-Credential": "k/d", b: null, n: "ü" })).toBe(
      "/a?x=%7e&c&X-Amz-Credential=k%2Fd&n=%C3%BC",
    );
  });
});
