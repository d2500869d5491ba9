// Databricks profiles, each at a workspace of its own.
import { hostOf } from "../../naming/hosts.ts";
import type { Entry, Source } from "../../source.ts";

const token = (section: string): Omit<Entry, "at"> => ({
  provider: "databricks",
  kind: "api_key",
  env: ["DATABRICKS_TOKEN"],
  beside: { host: { at: `${section}/host`, env: ["DATABRICKS_HOST"], clean: hostOf } },
});

export const databricks: Source = {
  id: "databricks",
  tool: "Databricks CLI",
  priority: 50,
  format: "ini",
  takes: "all",
  places: [{ path: "$DATABRICKS_CONFIG_FILE" }, { path: "~/.databrickscfg" }],
  entries: [
    { at: "/DEFAULT/token", ...token("/DEFAULT"), account: () => "DEFAULT" },
    { at: "/*/token", ...token("/*"), account: ({ keys }) => keys[0] ?? null },
    { at: "/*/client_secret", provider: "databricks", kind: "service_account", env: [], account: ({ keys }) => keys[0] ?? null },
  ],
};
