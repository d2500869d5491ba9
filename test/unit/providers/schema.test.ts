import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseProvider } from "../../../src/providers/parse-provider.ts";
import { providerJsonSchema, providerSchema } from "../../../src/providers/schema.ts";
import { sampleDefinition } from "../../support/sample-provider.ts";

const guide = readFileSync(new URL("../../../docs/providers.md", import.meta.url), "utf8");

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly oneOf?: readonly SchemaNode[];
}

/** Every key, as `fields[].placeholder.prefix`. */
function keysOf(node: SchemaNode, path = ""): string[] {
  const own = Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const here = path === "" ? name : `${path}.${name}`;
    return [here, ...keysOf(child, here)];
  });
  return [
    ...own,
    ...(node.items === undefined ? [] : keysOf(node.items, `${path}[]`)),
    ...(node.oneOf ?? []).flatMap((way) => keysOf(way, path)),
  ];
}

describe("the provider schema", () => {
  it("has every key explained in docs/providers.md, and no other is explained there", () => {
    const inSchema = [...new Set(keysOf(providerJsonSchema()))].sort();
    const inGuide = [...guide.matchAll(/^\| `([^`]+)` +\|/gm)].map(([, key]) => key ?? "").sort();
    expect(inSchema.length).toBeGreaterThan(30);
    expect(inGuide).toEqual(inSchema);
  });

  it("accepts the guide's worked example, which is sound", () => {
    const [, example = ""] = /```json\n([\s\S]+?)```/.exec(guide) ?? [];
    const { provider, problems } = parseProvider(example, "acme.json");
    expect(problems).toEqual([]);
    expect(provider?.id).toBe("acme");
  });

  it("refuses unknown keys at every depth", () => {
    for (const changes of [
      { extra: 1 },
      { endpoints: [{ host: "api.acme.test", scheme: "https" }] },
      { fields: [{ name: "key", label: "Key", type: "text" }] },
      { fields: [{ name: "key", label: "Key", placeholder: { length: 30, suffix: "x" } }] },
      { inject: [[{ in: "query", name: "key", template: "{key}", templates: ["{key}"] }]] },
    ]) {
      expect(providerSchema.safeParse(sampleDefinition(changes)).success).toBe(false);
    }
    expect(providerSchema.safeParse(sampleDefinition()).success).toBe(true);
  });

  it("asks of a written file only what a person has to write: what has a default is optional in the JSON Schema", () => {
    const required = (providerJsonSchema() as { required: string[] }).required;
    expect([...required].sort()).toEqual(["category", "endpoints", "examples", "fields", "id", "inject", "name", "sources"]);
  });
});
