import { describe, expect, it } from "vitest";
import { customFilePath, customFileText } from "../../../src/providers/custom-file.ts";
import { parseProvider } from "../../../src/providers/parse-provider.ts";
import { sampleDefinition } from "../../support/sample-provider.ts";

describe("the custom file", () => {
  it("is the definition with the mark of the user's choice", () => {
    const text = customFileText(`\ufeff${JSON.stringify(sampleDefinition())}`);
    expect(JSON.parse(text)).toEqual({ ...sampleDefinition(), shadowsBundled: true });
    expect(parseProvider(text, "acme.json").provider?.shadowsBundled).toBe(true);
    expect(text.endsWith("}\n")).toBe(true);
  });

  it("is the same when it is made of itself", () => {
    const text = customFileText(JSON.stringify(sampleDefinition({ $schema: "./schema.json", shadowsBundled: false })));
    expect(customFileText(text)).toBe(text);
    expect(Object.keys(JSON.parse(text) as object)[0]).toBe("$schema");
  });

  it("is named like the id", () => {
    expect(customFilePath("/home/me/providers", { id: "acme" })).toBe("/home/me/providers/acme.json");
  });
});
