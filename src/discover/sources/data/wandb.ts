// The key of wandb, which its command keeps in ~/.netrc.
import type { Source } from "../../source.ts";

export const wandb: Source = {
  id: "wandb",
  tool: "Weights & Biases",
  priority: 50,
  format: "netrc",
  takes: "all",
  places: [{ path: "$NETRC" }, { path: "~/.netrc", on: ["linux", "macos"] }, { path: "~/_netrc", on: ["windows"] }],
  entries: [{ at: "/api.wandb.ai/password", provider: "wandb", kind: "api_key", env: ["WANDB_API_KEY"] }],
};
