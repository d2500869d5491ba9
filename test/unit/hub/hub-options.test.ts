import { expect, it } from "vitest";
import { checkHubUrl, databaseFileIn, keyFileIn } from "../../../src/hub/hub-options.ts";

it.each([
  ["https://hub.example.com", "https://hub.example.com"],
  ["https://hub.example.com/", "https://hub.example.com"],
  ["https://HUB.example.com:8443", "https://hub.example.com:8443"],
  ["http://127.0.0.1:8787", "http://127.0.0.1:8787"],
  ["http://localhost:1", "http://localhost:1"],
  ["http://[::1]:8787", "http://[::1]:8787"],
])("takes %s as %s", (text, origin) => {
  expect(checkHubUrl(text)).toBe(origin);
});

it.each([
  "http://hub.example.com",
  "https://hub.example.com/keyward",
  "https://hub.example.com/?x=1",
  "https://hub.example.com/#x",
  "https://ada:pw@hub.example.com",
  "ftp://hub.example.com",
  "hub.example.com",
  "http://127.0.0.1.evil.example",
  "http://localhost.evil.example",
  "",
])("refuses %j", (text) => {
  const error = expect.objectContaining({ code: "HUB_INSECURE" });
  expect(() => checkHubUrl(text)).toThrow(error);
});

it("takes plain http elsewhere only when that was allowed, and a path never", () => {
  expect(checkHubUrl("http://hub.example.com", true)).toBe("http://hub.example.com");
  expect(() => checkHubUrl("http://hub.example.com/x", true)).toThrow("more than an origin");
});

it("keeps database and key side by side", () => {
  expect([databaseFileIn("/d"), keyFileIn("/d")]).toEqual(["/d/hub.db", "/d/root.key"]);
});
