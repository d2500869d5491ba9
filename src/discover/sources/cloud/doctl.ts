// doctl's default token and those of its contexts.
import type { Source } from "../../source.ts";

export const doctl: Source = {
  id: "doctl",
  tool: "DigitalOcean doctl",
  priority: 50,
  format: "yaml",
  takes: "all",
  places: [
    { path: "~/.config/doctl/config.yaml", on: ["linux"] },
    { path: "~/Library/Application Support/doctl/config.yaml", on: ["macos"] },
    { path: "%APPDATA%/doctl/config.yaml", on: ["windows"] },
  ],
  entries: [
    { at: "/access-token", provider: "digitalocean", kind: "api_key", env: ["DIGITALOCEAN_ACCESS_TOKEN"] },
    {
      at: "/auth-contexts/*",
      provider: "digitalocean",
      kind: "api_key",
      env: ["DIGITALOCEAN_ACCESS_TOKEN"],
      account: ({ keys }) => keys[0] ?? null,
    },
  ],
};
