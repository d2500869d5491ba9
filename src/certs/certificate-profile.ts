// The numbers of the CA's and the leaves' certificates, read once from certs/ca.json and certs/leaf.json.
// In: the two data files of the package. Out: frozen profiles; a broken file is a packaging bug and throws at the first use.
import { readFileSync } from "node:fs";

export interface AuthorityProfile {
  readonly commonName: string;
  /** From notBefore to notAfter. */
  readonly lifetimeDays: number;
  /** notBefore lies this far back, for clients whose clock is behind. */
  readonly backdateHours: number;
  /** With less than this left, the authority is replaced. */
  readonly renewBeforeDays: number;
  readonly pathLength: number;
  readonly keyUsage: readonly string[];
}

export interface LeafProfile {
  readonly lifetimeDays: number;
  readonly backdateHours: number;
  readonly renewBeforeHours: number;
  readonly keyUsage: readonly string[];
  readonly extendedKeyUsage: readonly string[];
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

let authorityProfile: AuthorityProfile | null = null;
let leafProfile: LeafProfile | null = null;

export function readAuthorityProfile(): AuthorityProfile {
  authorityProfile ??= readProfile<AuthorityProfile>("ca.json", {
    commonName: "string",
    lifetimeDays: "number",
    backdateHours: "number",
    renewBeforeDays: "number",
    pathLength: "number",
    keyUsage: "list",
  });
  return authorityProfile;
}

export function readLeafProfile(): LeafProfile {
  leafProfile ??= readProfile<LeafProfile>("leaf.json", {
    lifetimeDays: "number",
    backdateHours: "number",
    renewBeforeHours: "number",
    keyUsage: "list",
    extendedKeyUsage: "list",
  });
  return leafProfile;
}

type FieldType = "string" | "number" | "list";

/** The folder certs/ lies two levels above both src/certs and dist/certs. */
function readProfile<T>(fileName: string, fields: Record<keyof T & string, FieldType>): T {
  const value = JSON.parse(readFileSync(new URL(`../../certs/${fileName}`, import.meta.url), "utf8")) as Record<string, unknown>;
  const unknown = Object.keys(value).filter((key) => !Object.hasOwn(fields, key));
  const wrong = Object.entries<FieldType>(fields).filter(([key, type]) => !isOfType(value[key], type));
  if (unknown.length > 0 || wrong.length > 0) {
    throw new Error(`certs/${fileName}: bad or unknown fields: ${[...unknown, ...wrong.map(([key]) => key)].join(", ")}`);
  }
  return Object.freeze(value) as T;
}

function isOfType(value: unknown, type: FieldType): boolean {
  if (type === "list") return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string");
  if (type === "number") return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
  return typeof value === "string" && value !== "";
}
