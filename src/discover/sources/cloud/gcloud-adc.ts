// Google's application default credentials: a user's login, a service account's key, or where to get either.
import type { Source } from "../../source.ts";

export const gcloudAdc: Source = {
  id: "gcloud-adc",
  tool: "Google ADC",
  priority: 50,
  format: "json",
  takes: "all",
  places: [
    { path: "$GOOGLE_APPLICATION_CREDENTIALS" },
    { path: "$CLOUDSDK_CONFIG/application_default_credentials.json" },
    { path: "~/.config/gcloud/application_default_credentials.json", on: ["linux", "macos"] },
    { path: "%APPDATA%/gcloud/application_default_credentials.json", on: ["windows"] },
  ],
  entries: [
    {
      at: "/refresh_token",
      provider: "google-cloud",
      kind: "oauth",
      env: [],
      refresh: "/refresh_token",
      when: (match) => match.at("/type") === "authorized_user",
    },
    {
      at: "/private_key",
      provider: "google-cloud",
      kind: "service_account",
      env: [],
      account: (match) => match.at("/client_email"),
      when: (match) => match.at("/type") === "service_account",
    },
    { at: "/type", provider: "google-cloud", kind: "reference", when: (match) => match.value === "external_account" },
  ],
};
