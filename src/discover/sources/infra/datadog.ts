// Datadog's API key and application key.
import type { Source } from "../../source.ts";

export const datadog: Source = {
  id: "datadog",
  tool: "dog",
  priority: 50,
  format: "ini",
  takes: "all",
  places: [{ path: "~/.dogrc" }],
  entries: [
    {
      at: "/Connection/apikey",
      provider: "datadog",
      kind: "api_key",
      field: "api_key",
      env: ["DD_API_KEY"],
      beside: { app_key: { at: "/Connection/appkey", env: ["DD_APP_KEY"], optional: true } },
    },
  ],
};
