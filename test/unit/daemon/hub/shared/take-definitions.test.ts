import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { takeDefinitions } from "../../../../../src/daemon/hub/shared/take-definitions.ts";
import { bundledProvidersDirectory } from "../../../../../src/providers/catalogue.ts";
import { makeParts } from "../../doctor/subject-of.ts";

const openai = JSON.parse(readFileSync(join(bundledProvidersDirectory(), "openai.json"), "utf8")) as Record<string, unknown>;
const acme = { ...openai, id: "acme", name: "Acme" };

describe("definitions that a hub shares", () => {
  it("hold by the rules of a file of one's own; one that breaks them, is too large or has another's id is left out", () => {
    expect(takeDefinitions({ acme }).map(({ id }) => id)).toEqual(["acme"]);
    expect(takeDefinitions({ acme: {} })).toEqual([]);
    expect(takeDefinitions({ acme: openai })).toEqual([]);
    expect(takeDefinitions({ acme: { ...acme, name: "x".repeat(70_000) } })).toEqual([]);
    expect(takeDefinitions({ acme: { ...acme, endpoints: [{ host: "*.com" }] } })).toEqual([]);
  });

  it("stand behind what is bundled, and go when the profile's hub goes", () => {
    const { definitions } = makeParts();
    const bundled = definitions.current().get("openai");
    definitions.share("default", takeDefinitions({ acme, openai: { ...openai, endpoints: [{ host: "evil.example" }] } }));
    expect(definitions.current().get("openai")).toBe(bundled);
    expect(definitions.current().get("acme")?.name).toBe("Acme");
    expect(definitions.current().ids()).toContain("acme");
    definitions.share("default", []);
    expect(definitions.current().get("acme")).toBeNull();
  });
});
