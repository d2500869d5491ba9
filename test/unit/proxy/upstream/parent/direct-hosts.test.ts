import { describe, expect, it } from "vitest";
import { isDirect } from "../../../../../src/proxy/upstream/parent/direct-hosts.ts";

const at = (host: string, port = 443) => ({ host, port });

describe("isDirect", () => {
  it.each([
    ["*", at("api.openai.com")],
    ["api.openai.com", at("api.openai.com")],
    ["API.OpenAI.com", at("api.openai.com")],
    ["openai.com", at("api.openai.com")],
    [".openai.com", at("api.openai.com")],
    ["*.openai.com", at("api.openai.com")],
    ["openai.com.", at("api.openai.com")],
    ["openai.com:8443", at("api.openai.com", 8443)],
    ["10.0.0.0/8", at("10.1.2.3")],
    ["10.1.2.3", at("10.1.2.3")],
    ["[fd00::1]:443", at("fd00::1")],
    ["fd00::1", at("fd00::1")],
    ["fd00::/8", at("fd12::1")],
  ])("%s covers %o", (entry, authority) => expect(isDirect(authority, ["other.test", entry])).toBe(true));

  it.each([
    ["ai.com", at("api.openai.com")],
    ["openai.com:8443", at("api.openai.com")],
    ["api.openai.com", at("openai.com")],
    ["3", at("10.1.2.3")],
    ["10.0.0.0/8", at("11.1.2.3")],
    ["10.0.0.0/99", at("10.1.2.3")],
    ["10.0.0.0/8", at("fd00::1")],
    ["", at("api.openai.com")],
    [".", at("api.openai.com")],
    ["*.", at("api.openai.com")],
  ])("%s does not cover %o", (entry, authority) => expect(isDirect(authority, [entry])).toBe(false));

  it("nothing covers nothing", () => expect(isDirect(at("a.test"), [])).toBe(false));
});
