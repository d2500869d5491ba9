// Upstash's key with the address it belongs to.
import type { Source } from "../../source.ts";

export const upstash: Source = {
  id: "upstash",
  tool: "Upstash CLI",
  priority: 50,
  format: "json",
  takes: "all",
  places: [{ path: "~/.upstash.json" }],
  entries: [
    {
      at: "/apiKey",
      provider: "upstash",
      kind: "basic",
      env: ["UPSTASH_API_KEY"],
      beside: { email: { at: "/email", env: ["UPSTASH_EMAIL"] } },
    },
  ],
};
