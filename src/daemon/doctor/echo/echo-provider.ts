// The definition that the echo's connection belongs to: a reserved name (RFC 6761 §6.2) that no resolver knows.
// It lives in memory for as long as the echo does and is in no catalogue.
import { type Provider, providerSchema } from "../../../providers/schema.ts";

export const ECHO_HOST = "echo.keyward.test";
export const ECHO_ENV = "KEYWARD_ECHO_KEY";

export function echoProvider(): Provider {
  return providerSchema.parse({
    id: "keyward-echo",
    name: "keyward's echo",
    category: "other",
    endpoints: [{ host: ECHO_HOST }],
    fields: [{ name: "key", label: "Key", env: [ECHO_ENV] }],
    inject: [[{ in: "header", name: "Authorization", templates: ["Bearer {key}"] }]],
    sources: ["keyward itself"],
    examples: { match: [`GET https://${ECHO_HOST}/`], ignore: [`GET http://${ECHO_HOST}/`] },
  });
}
