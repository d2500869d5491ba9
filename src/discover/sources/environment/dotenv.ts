// Variables kept in ~/.env. Those of a project are for keyward creds import.
import { providerOfKnownVariable } from "../../naming/known-variables.ts";
import type { Source } from "../../source.ts";

export const dotenv: Source = {
  id: "dotenv",
  tool: ".env in the home directory",
  priority: 10,
  format: "dotenv",
  takes: "all",
  places: [{ path: "~/.env" }],
  entries: [{ at: "/*", provider: ({ keys }) => providerOfKnownVariable(keys[0] ?? ""), kind: "api_key", env: ({ keys }) => keys }],
};
