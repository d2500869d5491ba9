import { expect, it } from "vitest";
import { Secret } from "../../../../src/core/secret.ts";
import { releaseFields } from "../../../../src/discover/release/fields.ts";
import { finding } from "../../../support/discover/sample-finding.ts";

it("gives each field its value, and a finding shows none otherwise", () => {
  const found = finding({
    values: [
      { field: "username", env: [], secret: new Secret("me") },
      { field: "key", env: ["X"], secret: new Secret("k1") },
    ],
  });
  expect(releaseFields(found)).toEqual({ username: "me", key: "k1" });
  expect(JSON.stringify(found)).not.toContain("k1");
});
