// Temporary AWS keys of a role: STS AssumeRole, signed with base keys that stay here.
// In: base keys, the role's ARN, maybe an external id. Out: three fields that the SigV4 place signs with.
import { KeywardError } from "../../../core/errors.ts";
import { badAnswer } from "../../oauth-error.ts";
import { askOnTime, localTime, type Reply } from "../ask.ts";
import { REGION, REGION_PATTERN, REGION_SHAPE, toTokens } from "./role.ts";
import { signAwsPost } from "./signature.ts";
import { readBaseKeys } from "./base-keys.ts";
import {
  type ComputedKind,
  type ComputedRequest,
  emptyInput,
  input,
  readLine,
  type ReadContext,
  toSecrets,
  type TypedInputs,
  valueOf,
  wrongInput,
} from "../kind.ts";

const KEYS = input("base_keys", "Base keys", {
  secret: true,
  multiline: true,
  hint: "a file such as ~/.aws/credentials, or the lines aws_access_key_id=… and aws_secret_access_key=…",
});
const PROFILE = input("profile", "Profile of the file", { optional: true, hint: "which section of it; default unless given" });
const ROLE = input("role_arn", "Role ARN", { hint: "arn:aws:iam::123456789012:role/name" });
const EXTERNAL_ID = input("external_id", "External id", { optional: true, hint: "where the role's trust policy wants one" });
const SESSION = input("session_name", "Session name", { optional: true, hint: "shown in CloudTrail; keyward unless given" });
const DURATION = input("duration_s", "Seconds a session lasts", { optional: true, hint: "900 to 43200; 3600 unless given" });
/** What is not given. */
const DEFAULTS = { profile: "default", region: "us-east-1", session_name: "keyward", duration_s: "3600" } as const;

export const awsAssumeRole: ComputedKind = {
  inputs: [KEYS, ROLE, PROFILE, REGION, EXTERNAL_ID, SESSION, DURATION],
  fileInput: KEYS.name,

  read(typed, context) {
    const text = typed["base_keys"] ?? "";
    if (text.trim() === "") throw emptyInput(KEYS.name, KEYS.label, context);
    const keys = readBaseKeys(text, optional(typed, "profile"));
    if (typeof keys === "string") throw wrongInput(KEYS.name, `the base keys cannot be used: ${keys}`, context);
    const shapes = { pattern: /^[\w+=,.@:/-]{2,1224}$/, shape: "2 or more letters, digits and any of +=,.@:/-", context };
    const externalId = (typed["external_id"] ?? "").trim();
    return toSecrets({
      access_key_id: keys.accessKeyId,
      secret_access_key: keys.secretAccessKey,
      session_token: keys.sessionToken,
      role_arn: readLine(typed, ROLE, {
        pattern: /^arn:aws(?:-us-gov)?:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/,
        shape: "an ARN such as arn:aws:iam::123456789012:role/name",
        context,
      }),
      external_id: externalId === "" ? "" : readLine(typed, EXTERNAL_ID, shapes),
      ...readDefaulted(typed, context),
    });
  },

  async obtain(request, ports) {
    const { source, tokenUrl } = request;
    const { host } = new URL(tokenUrl);
    const reply = await askOnTime((nowMs) => {
      const body = bodyOf(request);
      const keys = {
        accessKeyId: valueOf(source, "access_key_id"),
        secretAccessKey: valueOf(source, "secret_access_key"),
        sessionToken: valueOf(source, "session_token"),
      };
      const headers = signAwsPost({ host, region: valueOf(source, "region"), service: "sts", body, nowMs }, keys);
      return { method: "POST", url: tokenUrl, headers, body };
    }, ports);
    if (reply.status !== 200) throw refusal(reply, request);
    const part = (name: string): string | undefined => new RegExp(`<${name}>([^<]+)</${name}>`).exec(reply.text)?.[1];
    const tokens = toTokens({
      accessKeyId: part("AccessKeyId"),
      secretAccessKey: part("SecretAccessKey"),
      sessionToken: part("SessionToken"),
      expiresAtMs: localTime(part("Expiration"), reply),
    });
    if (tokens === null) throw badAnswer(host, "gave no temporary keys");
    return tokens;
  },
};

function optional(typed: TypedInputs, name: keyof typeof DEFAULTS): string {
  const text = (typed[name] ?? "").trim();
  return text === "" ? DEFAULTS[name] : text;
}

function readDefaulted(typed: TypedInputs, context: ReadContext): { region: string; session_name: string; duration_s: string } {
  const line = (of: typeof REGION, name: keyof typeof DEFAULTS, fit: { readonly pattern: RegExp; readonly shape: string }): string =>
    readLine({ [name]: optional(typed, name) }, of, { ...fit, context });
  const duration = line(DURATION, "duration_s", { pattern: /^\d{3,5}$/, shape: "a number from 900 to 43200" });
  if (Number(duration) < 900 || Number(duration) > 43_200)
    throw wrongInput(DURATION.name, "a session lasts from 900 to 43200 seconds", context);
  return {
    region: line(REGION, "region", { pattern: REGION_PATTERN, shape: REGION_SHAPE }),
    session_name: line(SESSION, "session_name", { pattern: /^[\w+=,.@-]{2,64}$/, shape: "2 to 64 letters, digits and any of +=,.@-" }),
    duration_s: duration,
  };
}

function bodyOf({ source }: ComputedRequest): string {
  const externalId = valueOf(source, "external_id");
  return new URLSearchParams({
    Action: "AssumeRole",
    Version: "2011-06-15",
    RoleArn: valueOf(source, "role_arn"),
    RoleSessionName: valueOf(source, "session_name"),
    DurationSeconds: valueOf(source, "duration_s"),
    ...(externalId === "" ? {} : { ExternalId: externalId }),
  }).toString();
}

/** STS error codes that say which of the two is wrong; anything else is told by its status alone. */
const KEY_ERRORS = new Set([
  "InvalidClientTokenId",
  "SignatureDoesNotMatch",
  "ExpiredToken",
  "IncompleteSignature",
  "UnrecognizedClientException",
]);

function refusal({ status, text }: Reply, { context }: ComputedRequest): KeywardError {
  const code = /<Code>([A-Za-z]{1,64})<\/Code>/.exec(text)?.[1] ?? "";
  const hint = context.again;
  if (KEY_ERRORS.has(code)) return new KeywardError("OAUTH_CLIENT", `AWS does not accept the base keys (${code})`, { hint });
  if (code === "AccessDenied")
    return new KeywardError("OAUTH_DENIED", "access was denied: the base keys may not assume this role (AWS)", { hint });
  return new KeywardError("OAUTH_ANSWER", `AWS refused to assume the role (${code === "" ? status : code})`, { hint });
}
