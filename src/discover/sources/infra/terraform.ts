// Tokens of terraform login, by host.
import type { Source } from "../../source.ts";

export const terraform: Source = {
  id: "terraform",
  tool: "Terraform / OpenTofu",
  priority: 50,
  format: "json",
  takes: "all",
  places: [{ path: "~/.terraform.d/credentials.tfrc.json" }, { path: "%APPDATA%/terraform.d/credentials.tfrc.json", on: ["windows"] }],
  entries: [
    {
      at: "/credentials/*/token",
      provider: ({ keys }) => (keys[0] === "app.terraform.io" ? "hcp-terraform" : (keys[0] ?? null)),
      kind: "api_key",
      // TF_TOKEN_ and the host, dots as underscores and hyphens doubled.
      env: ({ keys }) => [`TF_TOKEN_${(keys[0] ?? "").replaceAll("-", "__").replaceAll(".", "_")}`],
    },
  ],
};
