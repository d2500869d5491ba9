import { describe, expect, it } from "vitest";
import { readTokenRequest } from "../../../../src/proxy/capture/token-request.ts";

const FORM = ["Content-Type", "application/x-www-form-urlencoded"];
const request = (headers: string[], body: string) => {
  const { client, ...rest } = readTokenRequest({ method: "POST", target: "/t", headers }, Buffer.from(body));
  return { ...rest, ...client, secret: client.secret?.reveal() ?? null };
};

describe("a token request", () => {
  it("says in a form who asks and for what", () => {
    expect(request(FORM, "client_id=c&client_secret=s%2B1&refresh_token=r&scope=a+b")).toEqual({
      id: "c",
      secret: "s+1",
      auth: "post",
      body: "form",
      refreshToken: "r",
      scopes: ["a", "b"],
    });
  });

  it("says the same in JSON, and with Basic, whose halves are encoded", () => {
    const basic = ["Authorization", `Basic ${Buffer.from("c%3A1:s%201").toString("base64")}`];
    const body = JSON.stringify({ client_id: "other", refresh_token: "r" });
    expect(request([...basic, "Content-Type", "application/json"], body)).toEqual({
      id: "c:1",
      secret: "s 1",
      auth: "basic",
      body: "json",
      refreshToken: "r",
      scopes: [],
    });
  });

  it("of no known form says nothing", () => {
    for (const [headers, body] of [
      [[], "client_id=c"],
      [["Content-Type", "application/json"], "{"],
      [["Content-Type", "application/json"], "[1]"],
      [["Content-Type", "application/json"], '{"refresh_token":7}'],
      [[...FORM, "Content-Encoding", "gzip"], "client_id=c"],
    ] as const)
      expect(request([...headers], body)).toMatchObject({ id: "", secret: null, refreshToken: null });
  });
});
