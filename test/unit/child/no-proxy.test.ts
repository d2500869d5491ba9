import { describe, expect, it } from "vitest";
import { composeNoProxy } from "../../../src/child/no-proxy.ts";

const bound = ["api.openai.com", "*.example.net", "git.corp.test:8443", "192.0.2.7"];

describe("composeNoProxy", () => {
  it("is loopback alone when the user has no exceptions", () => {
    expect(composeNoProxy([undefined, ""], bound)).toEqual({ value: "localhost,127.0.0.1,::1", dropped: [] });
  });

  it("keeps the exceptions of both spellings once, in order, behind loopback", () => {
    const { value, dropped } = composeNoProxy([".corp.internal, 10.0.0.0/8", "10.0.0.0/8 localhost intra"], bound);
    expect(value).toBe("localhost,127.0.0.1,::1,.corp.internal,10.0.0.0/8,intra");
    expect(dropped).toEqual([]);
  });

  it.each([
    "*",
    "api.openai.com",
    "API.OpenAI.com",
    ".openai.com",
    "openai.com",
    "*.openai.com",
    ".com",
    "com",
    "api.openai.com:443",
    "ai.com", // wget compares the bare end of the name
    "api.*.com",
    "*openai*",
    "example.net",
    "team.example.net",
    "git.corp.test",
    "git.corp.test:8443",
    "192.0.2.7",
    "192.0.2.0/24",
    "0.0.0.0/0",
    "api.openai.com.",
    ".openai.com.:443",
  ])("leaves out %s, which would lead a bound host past the proxy", (entry) => {
    expect(composeNoProxy([`keep.test,${entry}`], bound)).toEqual({ value: "localhost,127.0.0.1,::1,keep.test", dropped: [entry] });
  });

  it.each([
    "openai.com.evil.test",
    "xapi.openai.com",
    "api.openai.org",
    "[fd00::1]:443",
    "fd00::/8",
    "192.0.2.64/26",
    "192.0.2.0/99",
    "192.0.2.7/x",
    "::/0",
    "192.0.2.70",
    "*.internal",
  ])("keeps %s, which covers no bound host", (entry) => {
    expect(composeNoProxy([entry], bound).dropped).toEqual([]);
  });

  it("survives entries full of what a regular expression would misread", () => {
    expect(composeNoProxy(["a(*b", "[", "x*+y"], bound).dropped).toEqual([]);
  });
});
