import { describe, expect, it } from "vitest";
import { LOCAL_PROVIDERS } from "../../../../src/daemon/definitions/local-providers.ts";

describe("local providers", () => {
  it("need no credential and no internet", () => {
    expect(LOCAL_PROVIDERS.map(({ id }) => id)).toEqual(["ollama", "lmstudio"]);
    for (const row of LOCAL_PROVIDERS) expect(row).toMatchObject({ kind: "local", requiredKeys: [], cloud: false });
  });
});
