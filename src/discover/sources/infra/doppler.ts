// Doppler's tokens by directory; one may be a reference to a keyring.
import type { Source } from "../../source.ts";

export const doppler: Source = {
  id: "doppler",
  tool: "Doppler CLI",
  priority: 50,
  format: "yaml",
  takes: "all",
  places: [{ path: "~/.doppler/.doppler.yaml" }],
  entries: [
    { at: "/scoped/*/token", provider: "doppler", kind: "api_key", env: ["DOPPLER_TOKEN"], account: ({ keys }) => keys[0] ?? null },
  ],
};
