import { describe, expect, it } from "vitest";
import { canonicalName, definitionOf, providerOfVariable, variablesOf } from "../../../../src/discover/naming/provider-name.ts";

describe("canonicalName", () => {
  it.each([
    ["Anthropic", "anthropic"],
    [" claude ", "anthropic"],
    ["codex", "openai"],
    ["OpenAI", "openai"],
    ["Foo_Bar.Baz/Qux Quux", "foo-bar-baz-qux-quux"],
    ["a--b", "a-b"],
    ["_x_", "x"],
    ["constructor", "constructor"],
    ["...", ""],
  ])("spells %j as %j", (name, canonical) => {
    expect(canonicalName(name)).toBe(canonical);
  });
});

describe("variablesOf", () => {
  it.each([
    ["anthropic", ["ANTHROPIC_API_KEY", "CLAUDE_API_KEY"]],
    ["openai", ["OPENAI_API_KEY", "CODEX_API_KEY"]],
    ["foo-bar", ["FOO_BAR_API_KEY"]],
    ["constructor", ["CONSTRUCTOR_API_KEY"]],
  ])("of %s are %j", (provider, names) => {
    expect(variablesOf(provider)).toEqual(names);
  });
});

describe("providerOfVariable", () => {
  it.each([
    ["OPENAI_API_KEY", "openai"],
    ["claude_api_key", "anthropic"],
    ["FOO_BAR_API_KEY", "foo-bar"],
    [" X_API_KEY ", "x"],
    ["API_KEY", null],
    ["_API_KEY", null],
    ["__API_KEY", null],
    ["OPENAI_KEY", null],
    ["FOO.BAR_API_KEY", null],
  ])("of %j is %j", (name, provider) => {
    expect(providerOfVariable(name)).toBe(provider);
  });
});

describe("definitionOf", () => {
  it("is the provider's own where there is one, and what AI tools mean by a name only among them", () => {
    expect(definitionOf("openai", false)).toBe("openai");
    expect(definitionOf("google", true)).toBe("google-gemini");
    expect(definitionOf("google", false)).toBe("google");
    expect(definitionOf("vercel", true)).toBe("vercel-ai-gateway");
    expect(definitionOf("github", true)).toBeNull();
  });

  it.each(["no-such-provider", "schema", "../package", "", "a/b"])("is nothing for %j", (name) => {
    expect(definitionOf(name, false)).toBeNull();
  });
});
