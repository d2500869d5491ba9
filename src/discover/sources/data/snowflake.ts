// Snowflake's named connections, and snowsql's.
import type { Source } from "../../source.ts";

export const snowflake: Source = {
  id: "snowflake",
  tool: "Snowflake",
  priority: 50,
  format: "toml",
  takes: "all",
  places: [{ path: "~/.snowflake/connections.toml" }, { path: "~/.snowsql/config", format: "ini" }],
  entries: [
    { at: "/*/token", formats: ["toml"], provider: "snowflake", kind: "api_key", env: [], account: ({ keys }) => keys[0] ?? null },
    {
      at: "/*/password",
      formats: ["toml"],
      provider: "snowflake",
      kind: "basic",
      env: [],
      noDefinition: true,
      account: ({ keys }) => keys[0] ?? null,
    },
    { at: "/connections/password", formats: ["ini"], provider: "snowflake", kind: "basic", env: [], noDefinition: true },
  ],
};
