// Amp's old settings file: the first of twelve fields that holds something.
import type { Source } from "../../source.ts";

export const ampLegacy: Source = {
  id: "amp-legacy",
  tool: "Amp (config.json)",
  priority: 100,
  format: "json",
  takes: "first",
  strict: true,
  verbatim: true,
  places: [{ path: "~/.amp/config.json" }],
  entries: [
    "/anthropicApiKey",
    "/anthropic_api_key",
    "/apiKey",
    "/api_key",
    "/accessToken",
    "/access_token",
    "/token",
    "/auth/anthropicApiKey",
    "/auth/apiKey",
    "/auth/token",
    "/anthropic/apiKey",
    "/anthropic/token",
  ].map((at) => ({
    at,
    // The general names hold either Anthropic's key or Amp's own, which says so.
    provider: ({ value }) => (value.startsWith("sgamp_") ? "amp" : "anthropic"),
    kind: "api_key",
  })),
};
