// Octopus Deploy's key with the server it is for.
import { hostOf } from "../../naming/hosts.ts";
import type { Source } from "../../source.ts";

export const octopus: Source = {
  id: "octopus",
  tool: "Octopus CLI",
  priority: 50,
  format: "json",
  takes: "all",
  places: [{ path: "~/.config/octopus/cli_config.json" }],
  entries: [
    {
      at: "/apikey",
      provider: "octopus-deploy",
      kind: "api_key",
      env: ["OCTOPUS_API_KEY"],
      beside: { host: { at: "/url", clean: hostOf } },
    },
  ],
};
