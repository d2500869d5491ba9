// Supabase's token where there is no keyring: the whole file.
import type { Source } from "../../source.ts";

export const supabase: Source = {
  id: "supabase",
  tool: "Supabase CLI",
  priority: 50,
  format: "text",
  takes: "all",
  places: [{ path: "~/.supabase/access-token" }],
  entries: [
    {
      at: "",
      provider: "supabase",
      kind: "api_key",
      env: ["SUPABASE_ACCESS_TOKEN"],
      clean: (text) => (text.startsWith("sbp_") ? text : null),
    },
  ],
};
