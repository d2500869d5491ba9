import { describe, expect, it } from "vitest";
import { captureSchema } from "../../../../src/providers/oauth/capture-schema.ts";
import { readAnswer } from "../../../../src/proxy/capture/read-answer.ts";

const usual = captureSchema.parse({ host: "login.acme.test", paths: ["/token"] }).tokens;
const JSON_TYPE = "application/json";
const read = (text: string, type = JSON_TYPE, declared = usual) => readAnswer(type, Buffer.from(text), declared);
const tokensIn = (text: string, type?: string, declared?: typeof usual) => {
  const reading = read(text, type, declared);
  if (reading.kind !== "tokens") throw new Error(reading.kind);
  return reading;
};

describe("tokens in an answer", () => {
  it("are read with their life and scopes, whatever type the server states", () => {
    const text = JSON.stringify({ access_token: "a1", refresh_token: "r1", expires_in: "3600", scope: "x,y z" });
    for (const type of [JSON_TYPE, "text/plain", "", "application/problem+json; charset=utf-8"]) {
      expect(tokensIn(text, type).sets).toMatchObject([{ access: "a1", refresh: "r1", expiresInS: 3600, scopes: ["x", "y", "z"] }]);
    }
    expect(tokensIn("access_token=a1&expires_in=60", "text/html").sets).toMatchObject([
      { access: "a1", refresh: null, expiresInS: 60, scopes: null },
    ]);
  });

  it("have no end when the server says none that makes sense", () => {
    for (const expires of [-1, 0, "soon", null, {}, "1e9"]) {
      expect(tokensIn(JSON.stringify({ access_token: "a1", expires_in: expires })).sets[0]?.expiresInS).toBeNull();
    }
  });

  it("are replaced at their place and nowhere else; the last of a name that stands twice counts, and is the only one left", () => {
    const reading = tokensIn('{"access_token":"first","id":"7","access_token":"second"}');
    expect(reading.sets[0]?.access).toBe("second");
    expect(reading.write(new Map([["/access_token", "ph"]])).toString()).toBe('{"access_token":"ph","id":"7"}');
  });

  it("may stand below escaped keys", () => {
    const [set] = usual;
    const declared = [{ ...set!, access: "/a~1b/x~0y", refresh: "/r" }];
    const reading = tokensIn('{"a/b":{"x~y":"a1"},"r":"r1"}', JSON_TYPE, declared);
    expect(reading.sets[0]).toMatchObject({ access: "a1", refresh: "r1" });
    expect(
      JSON.parse(
        reading
          .write(
            new Map([
              ["/a~1b/x~0y", "p"],
              ["/r", "q"],
            ]),
          )
          .toString(),
      ),
    ).toEqual({ "a/b": { "x~y": "p" }, r: "q" });
  });

  it("after a byte order mark are found all the same", () => {
    expect(tokensIn('\u{feff}{"access_token":"a1"}').sets[0]?.access).toBe("a1");
  });
});

describe("an answer", () => {
  it.each([
    ["", "nothing"],
    ['{"error":"access_denied"}', "an error"],
    ['{"access_token":"","refresh_token":null}', "blanks"],
    ['["access_token"]', "a list"],
    ['"access_token"', "a text"],
    ["<p>your access_token has expired</p>", "a page"],
    ["invalid refresh_token", "a sentence"],
    ['{"refresh_token_expires_in":5,"token_type":"x"}', "other names"],
  ])("%j has no token: %s", (text) => {
    expect(read(text).kind).toBe("none");
  });

  it.each([
    '{"access_token":7}',
    '{"access_token":["a"]}',
    '{"access_token":{"value":"a"}}',
    '{"ACCESS-TOKEN":"a"}',
    '{"a":{"refreshToken":"r"},"access_token":"a"}',
    '{"access_token":"a b"}',
    '{"refresh_token":"r"}',
    "access_token=a&access_token=b",
    "access_token: a",
    '{"access_token":"a"',
    '{"access_token":"a"}{"access_token":"b"}',
    '{"access%5Ftoken":"a"',
    "\u0000{}",
  ])("%j is not understood", (text) => {
    expect(read(text).kind).toBe("unknown");
  });

  it("in bytes that are no UTF-8 is not understood", () => {
    expect(readAnswer(JSON_TYPE, Buffer.from([0xff, 0xfe, 0x7b]), usual).kind).toBe("unknown");
  });
});
