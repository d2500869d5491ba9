// Okta's token with the organisation it is for.
import { hostOf } from "../../naming/hosts.ts";
import type { Source } from "../../source.ts";

export const okta: Source = {
  id: "okta",
  tool: "Okta",
  priority: 50,
  format: "yaml",
  takes: "all",
  places: [{ path: "~/.okta/okta.yaml" }],
  entries: [
    {
      at: "/okta/client/token",
      provider: "okta",
      kind: "api_key",
      env: ["OKTA_CLIENT_TOKEN"],
      beside: { host: { at: "/okta/client/orgUrl", clean: hostOf } },
    },
  ],
};
