import { expect, it } from "vitest";
import { looksLikeKey } from "../../../src/connections/judge-secret.ts";
import { Secret } from "../../../src/core/secret.ts";
import { bundledProvidersDirectory, loadProviders } from "../../../src/providers/catalogue.ts";

const openai = loadProviders({ bundledDirectory: bundledProvidersDirectory(), customDirectory: "/keyward-no-such-directory" }).get(
  "openai",
)!;
const field = openai.fields.find(({ secret }) => secret)!;

it.each([
  [`sk-${"a1B2".repeat(12)}`, true],
  ["not-a-key", false],
  ["", false],
])("a secret such as %j looks like a key of OpenAI: %s", (text, looks) => {
  expect(looksLikeKey(new Secret(text), { provider: openai, field })).toBe(looks);
});
