import { describe, expect, it } from "vitest";
import { suggestByName, suggestIds } from "../../../src/providers/suggest.ts";

const ids = ["openai", "openrouter", "anthropic", "google-gemini", "github", "gitlab", "brave-search", "xai", "exa"];

describe("suggestIds", () => {
  it.each([
    ["opneai", "openai"],
    ["OpenAI", "openai"],
    ["openia", "openai"],
    ["antropic", "anthropic"],
    ["gemini", "google-gemini"],
    ["google", "google-gemini"],
    ["brave", "brave-search"],
    ["githb", "github"],
    ["openai-api", "openai"],
    ["anthropi", "anthropic"],
  ])("%s → %s first", (text, id) => {
    expect(suggestIds(text, ids)[0]).toBe(id);
  });

  it("is silent when nothing is near", () => {
    expect(suggestIds("stripe", ids)).toEqual([]);
    expect(suggestIds("", ids)).toEqual([]);
    expect(suggestIds("x".repeat(10_000), ids)).toEqual([]);
  });

  it("names three at most", () => {
    expect(suggestIds("abcd", ["abca", "abcb", "abcc", "abce"])).toEqual(["abca", "abcb", "abcc"]);
  });
});

describe("suggestByName", () => {
  const named = [
    { id: "atlassian", name: "Atlassian (Jira, Confluence)" },
    { id: "google-gemini", name: "Google Gemini" },
    { id: "xai", name: "xAI" },
    { id: "zai", name: "Z.ai" },
  ];

  it.each([
    ["jira", ["atlassian"]],
    ["Confluance", ["atlassian"]],
    ["ai", []],
    ["", []],
    ["nothing", []],
    ["x".repeat(10_000), []],
  ])("%j → %j", (text, expected) => {
    expect(suggestByName(text, named)).toEqual(expected);
  });
});
