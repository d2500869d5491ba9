// Variables of files that hold any provider's keys (.env, goose, Continue) → whose key they hold. In: a name. Out: a provider, or null.
// A test holds the table to the definitions: each name is one that the provider declares for its key.
import { providerOfVariable } from "./provider-name.ts";

const KNOWN: Readonly<Record<string, string>> = {
  AI_GATEWAY_API_KEY: "vercel-ai-gateway",
  CIRCLECI_TOKEN: "circleci",
  CLOUDFLARE_API_TOKEN: "cloudflare",
  CO_API_KEY: "cohere",
  DASHSCOPE_API_KEY: "alibaba-dashscope",
  DATABRICKS_TOKEN: "databricks",
  DIGITALOCEAN_ACCESS_TOKEN: "digitalocean",
  DIGITALOCEAN_TOKEN: "digitalocean",
  DOPPLER_TOKEN: "doppler",
  EXPO_TOKEN: "expo",
  FASTLY_API_TOKEN: "fastly",
  FLY_API_TOKEN: "fly",
  GEMINI_API_KEY: "google-gemini",
  GH_TOKEN: "github",
  GITEA_TOKEN: "gitea",
  GITHUB_TOKEN: "github",
  GITLAB_TOKEN: "gitlab",
  GOOGLE_API_KEY: "google-gemini",
  GOOGLE_GENERATIVE_AI_API_KEY: "google-gemini",
  HCLOUD_TOKEN: "hetzner-cloud",
  HF_TOKEN: "huggingface",
  HUGGING_FACE_HUB_TOKEN: "huggingface",
  LINODE_TOKEN: "linode",
  NETLIFY_AUTH_TOKEN: "netlify",
  OPENCODE_API_KEY: "opencode-zen",
  PULUMI_ACCESS_TOKEN: "pulumi",
  RAILWAY_TOKEN: "railway",
  SENTRY_AUTH_TOKEN: "sentry",
  SNYK_TOKEN: "snyk",
  STRIPE_SECRET_KEY: "stripe",
  SUPABASE_ACCESS_TOKEN: "supabase",
  TURSO_API_TOKEN: "turso",
  VAULT_TOKEN: "hashicorp-vault",
  VERCEL_TOKEN: "vercel",
};

export const KNOWN_VARIABLES: readonly (readonly [name: string, provider: string])[] = Object.entries(KNOWN);

export function providerOfKnownVariable(name: string): string | null {
  return Object.hasOwn(KNOWN, name) ? (KNOWN[name] ?? null) : providerOfVariable(name);
}
