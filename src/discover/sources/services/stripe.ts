// The Stripe command's keys, restricted and good for 90 days. A live key is shown in part when the keyring has it.
import type { Entry, Source } from "../../source.ts";

const key: Omit<Entry, "at"> = { provider: "stripe", kind: "api_key", env: ["STRIPE_API_KEY"], account: ({ keys }) => keys[0] ?? null };

export const stripe: Source = {
  id: "stripe",
  tool: "Stripe CLI",
  priority: 50,
  format: "toml",
  takes: "all",
  places: [
    { path: "$XDG_CONFIG_HOME/stripe/config.toml" },
    { path: "~/.config/stripe/config.toml" },
    { path: "~/.config/stripe/credentials.json", format: "json" },
  ],
  entries: [
    // Test before live: whoever means the live key says so.
    { at: "/*/test_mode_api_key", ...key, expires: { at: "/*/test_mode_key_expires_at" } },
    { at: "/*/live_mode_api_key", ...key, expires: { at: "/*/live_mode_key_expires_at" } },
  ],
};
