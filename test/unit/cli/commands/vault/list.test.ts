import { describe, expect, it } from "vitest";
import { hubSecretObject } from "../../../../../src/cli/at-hub/hub-vault.ts";
import { askHub, hubSecret } from "../../../../support/cli/hub-vault.ts";

describe("vault list", () => {
  it("lists the names of the hub with where they are", async () => {
    const done = await askHub(["vault", "list", "--via", "hub", "--scope", "user", "--json"]);
    expect(JSON.parse(done.stdout)).toEqual({ secrets: [hubSecretObject(hubSecret("B", "user") as never)] });
  });
});
