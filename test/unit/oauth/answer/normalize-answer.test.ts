import { describe, expect, it } from "vitest";
import { ID_TOKEN_CLAIMS, normalizeAnswer } from "../../../../src/oauth/answer/normalize-answer.ts";
import { idToken } from "../../../support/oauth-answers.ts";

const json = (value: unknown, status = 200): ReturnType<typeof normalizeAnswer> =>
  normalizeAnswer({ status, type: "application/json", text: JSON.stringify(value) });

describe("an answer of a token endpoint", () => {
  it.each([
    ["a number", 60, 60],
    ["text", "60", 60],
    ["text with spaces", " 60 ", 60],
    ["a fraction", 1.5, 1.5],
    ["an empty text", "", undefined],
    ["words", "one hour", undefined],
    ["hexadecimal", "0x10", undefined],
    ["zero", 0, undefined],
    ["a minus", "-1", undefined],
    ["null", null, undefined],
    ["true", true, undefined],
    ["more than a date can be", 1e300, 10 * 366 * 86_400],
  ])("whose lifetime is %s", (_what, given, seconds) => {
    expect(json({ access_token: "a", expires_in: given })?.json["expires_in"]).toBe(seconds);
  });

  it.each(["bearer", "Bearer", "BEARER", "bot", "user", undefined])("of the type %s is a bearer token", (type) => {
    expect(json({ access_token: "a", token_type: type })?.json["token_type"]).toBe("bearer");
  });

  it("of a type that is none of these stays what it is", () => {
    expect(json({ access_token: "a", token_type: "mac" })?.json["token_type"]).toBe("mac");
  });

  it("that is an error with status 200 gets the status of one, and an error beside a token does not count", () => {
    expect(json({ error: "invalid_grant" })?.status).toBe(400);
    expect(json({ error: "invalid_client" }, 401)?.status).toBe(401);
    expect(json({ error: "", access_token: "a" })?.status).toBe(200);
  });

  it("keeps of an id token what ties it to a login, and nothing of what is none", () => {
    const claims = { nonce: "n", aud: "app" };
    const answered = json({ access_token: "a", id_token: idToken(claims) })?.json;
    expect(answered?.[ID_TOKEN_CLAIMS]).toEqual(claims);
    expect(answered?.["id_token"]).toBeUndefined();
    for (const bad of ["text", "a.b", "a.!.c", 7, ["a.b.c"]])
      expect(json({ access_token: "a", id_token: bad })?.json[ID_TOKEN_CLAIMS]).toBeNull();
    expect(json({ access_token: "a" })?.json).not.toHaveProperty(ID_TOKEN_CLAIMS);
  });

  it("may be a form, or JSON under another name, and no page", () => {
    const read = (type: string, text: string): unknown => normalizeAnswer({ status: 200, type, text })?.json["access_token"];
    expect(read("application/x-www-form-urlencoded", "access_token=a%20b")).toBe("a b");
    expect(read("application/problem+json", '{"access_token":"a"}')).toBe("a");
    for (const type of ["text/html", "text/plain", "", "application/jsonp"]) expect(read(type, '{"access_token":"a"}')).toBeUndefined();
    for (const text of ["[]", "null", "1", '"a"', "{", ""])
      expect(normalizeAnswer({ status: 200, type: "application/json", text })).toBeNull();
  });
});

describe("other answers", () => {
  it("of a device endpoint have their lifetime and Google's older name", () => {
    const answered = json({ device_code: "d", user_code: "u", verification_url: "https://a.test/" })?.json;
    expect(answered).toMatchObject({ verification_uri: "https://a.test/", expires_in: 600 });
    expect(answered).not.toHaveProperty("interval");
    expect(json({ device_code: "d", interval: "7", expires_in: "90" })?.json).toMatchObject({ interval: 7, expires_in: 90 });
    expect(json({ device_code: "d", interval: 0 })?.json).not.toHaveProperty("interval");
  });

  it("of a registration have the status of one, and a secret that does not end", () => {
    expect(json({ client_id: "c", client_secret: "s" })).toEqual({
      status: 201,
      json: { client_id: "c", client_secret: "s", client_secret_expires_at: 0 },
    });
    expect(json({ client_id: "c" }, 201)).toEqual({ status: 201, json: { client_id: "c" } });
  });
});
