import { describe, expect, it } from "vitest";
import { vault } from "../../../../../src/discover/sources/infra/vault.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of HashiCorp Vault", () => {
  it("give their credentials", () => {
    expect(findIn(vault)).toEqual(["hashicorp-vault api_key key|VAULT_TOKEN=$1 ~/.vault-token#"]);
  });
});
