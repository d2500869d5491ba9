import { describe, expect, it } from "vitest";
import { parseUrlLines } from "../../../../src/discover/formats/url-lines.ts";

describe("parseUrlLines", () => {
  it.each([
    [
      "https://u:p@GitHub.com\r\nhttp://a:b@h:8080/x/y.git",
      [
        { host: "github.com", login: "u", password: "p" },
        { host: "h:8080", login: "a", password: "b" },
      ],
    ],
    ["https://t@h", [{ host: "h", login: "", password: "t" }]],
    ["https://t:x-oauth-basic@h", [{ host: "h", login: "", password: "t" }]],
    ["https://u%40x:p%2Fq@h", [{ host: "h", login: "u@x", password: "p/q" }]],
    ["https://h\nftp://u:p@h\nhttps://u:%ZZ@h\nhttps://:@h\n\njunk", []],
  ])("reads %j", (text, tree) => {
    expect(parseUrlLines(text)).toEqual(tree);
  });
});
