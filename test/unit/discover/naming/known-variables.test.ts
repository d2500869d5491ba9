import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { KNOWN_VARIABLES, providerOfKnownVariable } from "../../../../src/discover/naming/known-variables.ts";

describe("the known variables", () => {
  it.each(KNOWN_VARIABLES)("have %s of %s, as its definition says", (name, provider) => {
    const definition = JSON.parse(readFileSync(new URL(`../../../../providers/${provider}.json`, import.meta.url), "utf8")) as {
      fields: { name: string; env?: string[] }[];
    };
    expect(definition.fields.find((field) => field.name === "key")?.env).toContain(name);
  });

  it("are complemented by the rule for NAME_API_KEY, and by nothing else", () => {
    expect(providerOfKnownVariable("MISTRAL_API_KEY")).toBe("mistral");
    expect(providerOfKnownVariable("GITHUB_TOKEN")).toBe("github");
    expect(providerOfKnownVariable("DEBUG")).toBeNull();
    expect(providerOfKnownVariable("toString")).toBeNull();
  });
});
