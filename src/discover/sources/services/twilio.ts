// Twilio profiles: an API key with its secret, where keyward's definition wants the account's token.
import type { Source } from "../../source.ts";

export const twilio: Source = {
  id: "twilio",
  tool: "Twilio CLI",
  priority: 50,
  format: "json",
  takes: "all",
  places: [{ path: "~/.twilio-cli/config.json" }],
  entries: [
    {
      at: "/profiles/*/apiSecret",
      provider: "twilio",
      kind: "basic",
      field: "api_secret",
      env: ["TWILIO_API_SECRET"],
      noDefinition: true,
      account: ({ keys }) => keys[0] ?? null,
      beside: {
        api_key: { at: "/profiles/*/apiKey", env: ["TWILIO_API_KEY"] },
        account_sid: { at: "/profiles/*/accountSid", env: ["TWILIO_ACCOUNT_SID"], optional: true },
      },
    },
  ],
};
