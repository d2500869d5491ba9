// Tokens of Cargo's registries.
import type { Source } from "../../source.ts";

export const cargo: Source = {
  id: "cargo",
  tool: "Cargo",
  priority: 50,
  format: "toml",
  takes: "all",
  places: [{ path: "$CARGO_HOME/credentials.toml" }, { path: "~/.cargo/credentials.toml" }, { path: "~/.cargo/credentials" }],
  entries: [
    { at: "/registry/token", provider: "crates-io", kind: "api_key", env: ["CARGO_REGISTRY_TOKEN"] },
    {
      at: "/registries/*/token",
      provider: ({ keys }) => keys[0] ?? null,
      kind: "api_key",
      env: ({ keys }) => [`CARGO_REGISTRIES_${(keys[0] ?? "").toUpperCase().replaceAll("-", "_")}_TOKEN`],
    },
  ],
};
