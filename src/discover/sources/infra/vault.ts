// Vault's token: the whole file. Which server it is for only VAULT_ADDR says.
import type { Source } from "../../source.ts";

export const vault: Source = {
  id: "vault",
  tool: "HashiCorp Vault",
  priority: 50,
  format: "text",
  takes: "all",
  places: [{ path: "~/.vault-token" }],
  entries: [
    { at: "", provider: "hashicorp-vault", kind: "api_key", env: ["VAULT_TOKEN"], clean: (text) => (/\s/.test(text) ? null : text) },
  ],
};
