import { expect, it } from "vitest";
import { ownPath } from "../../../../src/hub/pages/own-path.ts";

it.each(["/", "/device", "/device?user_code=BCDF-GHJK"])("keeps %s", (path) => {
  expect(ownPath(path)).toBe(path);
});

it.each([
  null,
  "",
  "device",
  "//evil.example",
  "/\\evil.example",
  "https://evil.example",
  "/\tx",
  "/x\r\nset-cookie: a=b",
  "/ü",
  `/${"x".repeat(300)}`,
  "javascript:alert(1)",
])("sends %j to the start", (text) => {
  expect(ownPath(text)).toBe("/");
});
