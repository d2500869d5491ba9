import { describe, expect, it } from "vitest";
import { Secret } from "../../../../../src/core/secret.ts";
import { putRefreshToken } from "../../../../../src/proxy/inject/token-request/refresh-token.ts";

const swap = { placeholder: "standin", real: new Secret("1//a+b=&c") };
const put = (body: string, syntax: "form" | "json") => putRefreshToken(Buffer.from(body), syntax, swap).toString();

describe("the refresh token of a token request", () => {
  it("stands in for its placeholder in a form; the other fields keep their bytes", () => {
    expect(put("a=%7e&refresh_token=standin&b=x+y", "form")).toBe("a=%7e&refresh_token=1%2F%2Fa%2Bb%3D%26c&b=x+y");
    expect(put("refresh%5Ftoken=st%61ndin", "form")).toBe("refresh_token=1%2F%2Fa%2Bb%3D%26c");
  });

  it("stands in for its placeholder in JSON", () => {
    expect(JSON.parse(put('{"refresh_token":"standin","n":1}', "json"))).toEqual({ refresh_token: "1//a+b=&c", n: 1 });
  });

  it("goes nowhere else", () => {
    for (const body of ["token=standin", "refresh_token=standin1", "refresh_token=xstandin", "x=refresh_token&standin"])
      expect(put(body, "form")).toBe(body);
    expect(put('{"token":"standin","deep":{"refresh_token":"standin"}}', "json")).not.toContain("a+b");
  });
});
