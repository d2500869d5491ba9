// Which credentials are there, where each comes from, and what it shadows. Pure: catalogue rows and places in, judgements out.
// Order: environment, then the secrets file, then the profile. A value that cannot be right never hides a good one further down.
// What it returns holds names, paths and reasons, never a value.
import type { CatalogueKey, CatalogueRow } from "../../control/api/creds.ts";

export interface CredentialPlaces {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `P` makes `P_OPENAI_API_KEY` count as `OPENAI_API_KEY`; null = no prefix. */
  readonly prefix: string | null;
  /** Names in --secrets-file that have a value; their values are not judged. */
  readonly file: { readonly path: string; readonly names: ReadonlySet<string> } | null;
  /** `profile default`, for people. */
  readonly profile: string;
  readonly airGap: boolean;
}

export type Place = "environment" | "secrets-file" | "profile";

export interface FoundAt {
  readonly source: Place;
  /** A variable, a path and name, or a connection of a profile. */
  readonly where: string;
}

export interface KeyFound extends FoundAt {
  readonly key: string;
  /** Further places that have it and are not used. */
  readonly shadows: readonly FoundAt[];
  /** What takes a shadow off: `unset OPENAI_API_KEY`; null when nothing is shadowed. */
  readonly unset: string | null;
}

export type CredentialStatus = "ok" | "missing" | "invalid" | "skipped";

export interface ProviderCheck {
  readonly providerId: string;
  readonly status: CredentialStatus;
  /** Required keys without a usable value. */
  readonly missingKeys: readonly string[];
  /** What to do, empty when nothing is to be done. */
  readonly remediation: string;
  readonly found: readonly KeyFound[];
  /** Places that hold something that cannot be a key of this provider. */
  readonly ignored: readonly (FoundAt & { readonly key: string; readonly reason: string })[];
}

interface Candidate extends FoundAt {
  readonly variable: string | null;
  /** Why it cannot be right; null = it may be. */
  readonly fault: string | null;
}

export function checkProvider(row: CatalogueRow, places: CredentialPlaces): ProviderCheck {
  if (places.airGap && row.cloud) return { ...nothing(row), status: "skipped" };
  const looked = row.keys.map((key) => ({ key, candidates: candidatesFor(key, row, places) }));
  const found = looked.flatMap(({ key, candidates }) => choose(key, candidates));
  const ignored = looked.flatMap(({ key, candidates }) =>
    candidates.flatMap(({ source, where, fault }) => (fault === null ? [] : [{ key: key.name, source, where, reason: fault }])),
  );
  const missing = row.requiredKeys.filter((name) => !found.some(({ key }) => key === name));
  const broken = missing.filter((name) => ignored.some(({ key }) => key === name));
  if (missing.length === 0) return { ...nothing(row), found, ignored };
  const status = broken.length > 0 ? "invalid" : "missing";
  return { providerId: row.id, status, missingKeys: missing, remediation: remedy(row, missing, broken), found, ignored };
}

/** Is there anything at all of this provider, usable or not? */
export function hasTrace(row: CatalogueRow, places: CredentialPlaces): boolean {
  return row.connections.length > 0 || row.keys.some((key) => candidatesFor(key, row, places).length > 0);
}

function nothing(row: CatalogueRow): ProviderCheck {
  return { providerId: row.id, status: "ok", missingKeys: [], remediation: "", found: [], ignored: [] };
}

function candidatesFor(key: CatalogueKey, row: CatalogueRow, { environment, prefix, file, profile }: CredentialPlaces): Candidate[] {
  const spellings = key.names.flatMap((name) => (prefix === null ? [name] : [`${prefix}_${name}`, name]));
  const ordered =
    prefix === null ? spellings : [...spellings].sort((a, b) => Number(b.startsWith(`${prefix}_`)) - Number(a.startsWith(`${prefix}_`)));
  return [
    ...ordered.flatMap((name): Candidate[] => {
      const value = environment[name];
      if (value === undefined || value === "") return [];
      return [{ source: "environment", where: name, variable: name, fault: faultOf(value, key) }];
    }),
    ...ordered.flatMap((name): Candidate[] =>
      file?.names.has(name) === true ? [{ source: "secrets-file", where: `${name} in ${file.path}`, variable: null, fault: null }] : [],
    ),
    ...[...row.connections]
      .sort((a, b) => Number(b.isDefault) - Number(a.isDefault))
      .filter(({ fields }) => fields.includes(key.field))
      .map(({ name, fault }): Candidate => {
        const where = `${row.id} (${name}) in ${profile}`;
        return { source: "profile", where, variable: null, fault };
      }),
    ...inVault(key, profile),
  ];
}

/** The name alone says that a value is there which another place keeps: looking is not fetching. */
function inVault({ name, secret }: CatalogueKey, profile: string): Candidate[] {
  if (secret === null) return [];
  const kept = secret.source === "profile" ? "" : `, which another place keeps (${secret.source})`;
  return [{ source: "profile", where: `secret ${name} in ${profile}${kept}`, variable: null, fault: secret.fault }];
}

function choose(key: CatalogueKey, candidates: readonly Candidate[]): KeyFound[] {
  const usable = candidates.filter(({ fault }) => fault === null);
  const [used, ...others] = usable;
  if (used === undefined) return [];
  const shadows = others
    .filter((other) => other.source !== used.source || other.source === "environment")
    .map(({ source, where }) => ({ source, where }));
  const unset = shadows.length > 0 && used.variable !== null ? `unset ${used.variable}` : null;
  return [{ key: key.name, source: used.source, where: used.where, shadows, unset }];
}

function faultOf(value: string, { pattern }: CatalogueKey): string | null {
  const text = value.trim();
  if (text === "") return "it is blank";
  if (pattern === null) return null;
  return new RegExp(pattern).test(text) ? null : "it does not have the shape of the provider's keys";
}

function remedy({ id, keysUrl, docsUrl, keys }: CatalogueRow, missing: readonly string[], broken: readonly string[]): string {
  const login = `keyward login ${id}`;
  const page = keysUrl ?? docsUrl;
  const where = page === null ? "" : `; keys are made at ${page}`;
  const what = broken.length > 0 ? `correct ${broken.join(", ")}` : `set ${missing.join(", ")}`;
  return keys.length === 0 ? login : `${login}, or ${what}${where}`;
}
