// Pulumi's tokens by the service they are for.
import { hostOf } from "../../naming/hosts.ts";
import type { Entry, Source } from "../../source.ts";

const token: Omit<Entry, "at"> = {
  provider: "pulumi",
  kind: "api_key",
  env: ["PULUMI_ACCESS_TOKEN"],
  host: ({ keys }) => (hostOf(keys[0] ?? "") === "api.pulumi.com" ? null : hostOf(keys[0] ?? "")),
};

export const pulumi: Source = {
  id: "pulumi",
  tool: "Pulumi",
  priority: 50,
  format: "json",
  takes: "all",
  places: [{ path: "$PULUMI_HOME/credentials.json" }, { path: "~/.pulumi/credentials.json" }],
  entries: [
    { at: "/accounts/*/accessToken", ...token, account: (match) => match.at("/accounts/*/username") },
    { at: "/accessTokens/*", ...token },
  ],
};
