// sentry-cli's token, for sentry.io or a server of one's own.
import { hostOf } from "../../naming/hosts.ts";
import type { Source } from "../../source.ts";

export const sentry: Source = {
  id: "sentry",
  tool: "sentry-cli",
  priority: 50,
  format: "ini",
  takes: "all",
  places: [{ path: "~/.sentryclirc" }],
  entries: [
    {
      at: "/auth/token",
      provider: "sentry",
      kind: "api_key",
      env: ["SENTRY_AUTH_TOKEN"],
      host: (match) =>
        /^(?:https:\/\/sentry\.io\/?)?$/.test(match.at("/defaults/url") ?? "") ? null : hostOf(match.at("/defaults/url") ?? ""),
    },
  ],
};
