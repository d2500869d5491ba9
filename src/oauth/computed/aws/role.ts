// What the two ways to temporary AWS keys have in common: the three fields they end in, and the inputs that name a region or an account.
// In: parts of an answer. Out: tokens, the access key id being the one that names the connection in a signature.
import { Secret } from "../../../core/secret.ts";
import type { TokenSet } from "../../token-set.ts";
import { input } from "../kind.ts";

/** Of the provider that takes temporary keys (providers/aws.json); the linter holds definitions to it. */
export const AWS_FIELDS = { accessKeyId: "access_key_id", secretAccessKey: "secret_access_key", sessionToken: "session_token" } as const;

export const REGION = input("region", "Region", { optional: true, hint: "such as eu-central-1" });
/** China has hosts of its own, which no bundled definition covers. */
export const REGION_PATTERN = /^(?!cn-)[a-z]{2}(?:-[a-z]+){1,2}-\d{1,2}$/;
export const REGION_SHAPE = "the name of an AWS region outside China, such as eu-central-1";

export interface TemporaryKeys {
  readonly accessKeyId: unknown;
  readonly secretAccessKey: unknown;
  readonly sessionToken: unknown;
  readonly expiresAtMs: number | null;
}

/** null when a part is missing. */
export function toTokens({ accessKeyId, secretAccessKey, sessionToken, expiresAtMs }: TemporaryKeys): TokenSet | null {
  const texts = [accessKeyId, secretAccessKey, sessionToken].filter((part) => typeof part === "string" && part !== "") as string[];
  const [id = "", secret = "", session = ""] = texts;
  if (texts.length !== 3 || expiresAtMs === null) return null;
  const otherFields = { [AWS_FIELDS.secretAccessKey]: new Secret(secret), [AWS_FIELDS.sessionToken]: new Secret(session) };
  return { accessToken: new Secret(id), refreshToken: null, expiresAtMs, scopes: null, otherFields };
}
