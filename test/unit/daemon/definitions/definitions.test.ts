import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { resolvePaths, type Paths } from "../../../../src/config/paths.ts";
import { Definitions } from "../../../../src/daemon/definitions/definitions.ts";

let paths: Paths;

beforeEach(() => {
  const home = mkdtempSync(join(tmpdir(), "kw-def-"));
  paths = { ...resolvePaths({ KEYWARD_HOME: home }), providers: home };
});

function write(id: string): void {
  const definition = {
    id,
    name: id,
    category: "other",
    endpoints: [{ host: `api.${id}-example.com` }],
    fields: [{ name: "key", label: "API key", env: [`${id.toUpperCase()}_KEY`], placeholder: { length: 32 } }],
    inject: [[{ in: "header", name: "Authorization", templates: ["Bearer {key}"] }]],
    sources: ["made up"],
    examples: { match: [`GET https://api.${id}-example.com/`], ignore: ["GET https://example.com/"] },
  };
  writeFileSync(join(paths.providers, `${id}.json`), JSON.stringify(definition));
}

describe("the daemon's definitions", () => {
  it("are the bundled ones and the user's", () => {
    write("acme");
    const definitions = new Definitions(paths);
    expect(definitions.require("openai").id).toBe("openai");
    expect(definitions.require("acme").id).toBe("acme");
  });

  it("notice files that come, change and go, and only then are read again", () => {
    const definitions = new Definitions(paths);
    expect(definitions.current()).toBe(definitions.refresh());
    expect(definitions.revision).toBe(0);
    write("acme");
    expect(definitions.current().get("acme")).toBeNull();
    expect(definitions.refresh().get("acme")).not.toBeNull();
    expect(definitions.revision).toBe(1);
    writeFileSync(join(paths.providers, "acme.json"), "{");
    expect(definitions.refresh().broken).toHaveLength(1);
    rmSync(join(paths.providers, "acme.json"));
    expect(definitions.refresh().broken).toEqual([]);
    expect(definitions.revision).toBe(3);
  });

  it("without a directory are the bundled ones", () => {
    const definitions = new Definitions({ ...paths, providers: join(paths.providers, "absent") });
    expect(definitions.current().broken).toEqual([]);
    expect(() => definitions.require("opnai")).toThrow(
      expect.objectContaining({ code: "PROVIDER_UNKNOWN", message: expect.stringContaining("openai") as string }),
    );
  });
});
