// Atlas profiles: a service account, a pair of API keys, or a login.
import type { Match, Source } from "../../source.ts";

const account = ({ keys }: Match): string | null => keys[0] ?? null;

export const atlas: Source = {
  id: "atlas",
  tool: "MongoDB Atlas CLI",
  priority: 50,
  format: "toml",
  takes: "all",
  places: [
    { path: "~/.config/atlascli/config.toml", on: ["linux"] },
    { path: "~/Library/Application Support/atlascli/config.toml", on: ["macos"] },
  ],
  entries: [
    { at: "/*/client_secret", provider: "mongodb-atlas", kind: "service_account", env: [], account },
    {
      at: "/*/private_api_key",
      provider: "mongodb-atlas",
      kind: "basic",
      env: ["MONGODB_ATLAS_PRIVATE_API_KEY"],
      field: "private_key",
      account,
      beside: { public_key: { at: "/*/public_api_key", env: ["MONGODB_ATLAS_PUBLIC_API_KEY"] } },
    },
    { at: "/*/access_token", provider: "mongodb-atlas", kind: "oauth", env: [], account, expires: "jwt", refresh: "/*/refresh_token" },
  ],
};
