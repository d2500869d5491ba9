import { describe, expect, it } from "vitest";
import { azureCli } from "../../../../../src/discover/sources/cloud/azure-cli.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Azure CLI", () => {
  it("give their credentials", () => {
    expect(findIn(azureCli)).toEqual([
      "azure? oauth key=$1 ends rotates ~/.azure/msal_token_cache.json#/AccessToken/a-b/secret",
      "azure? service_account key=$3 account:app ~/.azure/service_principal_entries.json#/0/client_secret",
    ]);
  });

  it("give no OAuth token where none is wanted", () => {
    expect(findIn(azureCli, { oauth: false })).toEqual([
      "azure? service_account key=$3 account:app ~/.azure/service_principal_entries.json#/0/client_secret",
    ]);
  });
});
