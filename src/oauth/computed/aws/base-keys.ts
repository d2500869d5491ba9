// Reads the AWS keys that a role is assumed with, from any of the files they are kept in: an INI file with profiles (~/.aws/credentials),
// name=value or export lines, the CSV of the console, or the JSON of `aws iam create-access-key` and `aws sts`.
// In: the text and the profile that is meant. Out: the keys, or null with what is missing. It repeats nothing of the text.
import type { AwsKeys } from "./signature.ts";

const ASSIGNMENT = /^(?:export\s+|set\s+)?([A-Za-z_]+)\s*=\s*(.*)$/;

/** @returns the keys, or what is wrong in words */
export function readBaseKeys(text: string, profile: string): AwsKeys | string {
  const plain = text.replace(/^\ufeff/, "").trim();
  const values = plain.startsWith("{") ? fromJson(plain) : /^access key id\s*,/i.test(plain) ? fromCsv(plain) : fromLines(plain, profile);
  if (typeof values === "string") return values;
  const accessKeyId = values.get("accesskeyid") ?? "";
  const secretAccessKey = values.get("secretaccesskey") ?? "";
  const sessionToken = values.get("sessiontoken") ?? "";
  if (accessKeyId === "" || secretAccessKey === "") return "there are no AWS keys in it (aws_access_key_id and aws_secret_access_key)";
  if (!/^A(?:KI|SI)A[A-Z0-9]{12,124}$/.test(accessKeyId)) return "the access key id does not begin with 'AKIA' or 'ASIA', or is not whole";
  if (!/^[A-Za-z0-9/+=]{16,128}$/.test(secretAccessKey))
    return "the secret access key has characters that no such key has, or is not whole";
  if (!/^[\x21-\x7e]*$/.test(sessionToken)) return "the session token has characters that no such token has";
  if (accessKeyId.startsWith("ASIA") && sessionToken === "") return "these keys are temporary, and their session token is missing";
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** `aws_access_key_id`, `AccessKeyId` and `Access key ID` are one name. */
function bare(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z]/g, "")
    .replace(/^aws/, "");
}

function fromJson(text: string): Map<string, string> | string {
  try {
    const file = JSON.parse(text) as Record<string, unknown>;
    const inner = file["Credentials"] ?? file["AccessKey"] ?? file;
    const entries = Object.entries(inner).filter(([, value]) => typeof value === "string");
    return new Map(entries.map(([name, value]) => [bare(name), String(value)]));
  } catch {
    return "it begins like JSON, and is none";
  }
}

function fromCsv(text: string): Map<string, string> {
  const [names = "", values = ""] = text.split(/\r?\n/);
  const columns = values.split(",");
  return new Map(names.split(",").map((name, at) => [bare(name), (columns[at] ?? "").trim()]));
}

function fromLines(text: string, profile: string): Map<string, string> | string {
  const found = new Map<string, string>();
  let section: string | null = null;
  let isThere = false;
  for (const line of text.split(/\r?\n/)) {
    const name = /^\s*\[\s*(?:profile\s+)?([^\]]*?)\s*\]\s*$/.exec(line)?.[1];
    if (name !== undefined) section = name;
    isThere ||= section === profile;
    const [, key = "", value = ""] = ASSIGNMENT.exec(line.trim()) ?? [];
    if (key !== "" && (section === null || section === profile)) found.set(bare(key), value.trim().replaceAll(/^(["'])(.*)\1$/g, "$2"));
  }
  return section !== null && !isThere ? "it has no profile of that name; say which with --set profile=NAME" : found;
}
