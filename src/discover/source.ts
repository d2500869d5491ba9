// What a source is: one tool, the files it keeps credentials in, and where in them. Sources are data (sources/<group>/<id>.ts);
// what is done with them is in read-source.ts. A finding carries its values as Secrets, so none is printed by mistake.
import type { Secret } from "../core/secret.ts";

/** Whatever a format is read into. Dates and TOML numbers stay text. */
export type Tree = string | number | boolean | null | readonly Tree[] | { readonly [key: string]: Tree };

export type Format = "json" | "jsonc" | "toml" | "ini" | "yaml" | "netrc" | "dotenv" | "urls" | "text";
export type Platform = "linux" | "macos" | "windows";

export type Kind = "api_key" | "oauth" | "basic" | "sigv4" | "service_account" | "mtls" | "reference";

export interface Place {
  /** From `~`, `$VARIABLE` or `%VARIABLE%`; a `*` stands for any one file name part. */
  readonly path: string;
  /** Absent = on every system. */
  readonly on?: readonly Platform[];
  /** Absent = the source's own. */
  readonly format?: Format;
}

/** One value found at an entry's pointer, with what stands around it. */
export interface Match {
  readonly value: string;
  /** What each `*` of the pointer stood for. */
  readonly keys: readonly string[];
  /** The text at another pointer, whose `*` stand for the same keys; null where there is none. */
  at(pointer: string): string | null;
  /** Is anything there? */
  has(pointer: string): boolean;
}

export interface Expiry {
  readonly at: string;
  /** Absent = told from the size of the number. */
  readonly unit?: "ms" | "s";
}

/** A further field of the same credential. */
export interface Beside {
  readonly at: string;
  readonly env?: readonly string[];
  readonly optional?: true;
  /** What of the text is the field's value; null = it is not there. */
  readonly clean?: (text: string) => string | null;
}

export interface Entry {
  /** JSON pointer, `*` for every key or index. */
  readonly at: string;
  /** null = none of ours. */
  readonly provider: string | ((match: Match) => string | null);
  readonly kind: Kind | ((match: Match) => Kind);
  /** Only in files of these formats. */
  readonly formats?: readonly Format[];
  readonly when?: (match: Match) => boolean;
  /** What of the text is the credential; null = it is none. */
  readonly clean?: (text: string) => string | null;
  /** Variables the tools of the provider read. Absent = made from the provider's name; empty = never written as a variable. */
  readonly env?: readonly string[] | ((match: Match) => readonly string[]);
  /** keyward's definition of that name is for another kind of credential. */
  readonly noDefinition?: true;
  /** The provider's field that the value belongs to; `key` unless said. */
  readonly field?: string;
  readonly beside?: Readonly<Record<string, Beside>>;
  readonly expires?: Expiry | "jwt";
  /** Where a refresh token is kept: its presence says that the tool renews the credential itself. */
  readonly refresh?: string;
  /** A host that is not the provider's usual one: the credential is for it alone. */
  readonly host?: (match: Match) => string | null;
  /** Which of several: a profile, an account. */
  readonly account?: (match: Match) => string | null;
}

export interface KeychainItem {
  readonly service: string;
  /** `$USER` = the user's name. */
  readonly account: string;
  readonly format: Format;
}

export interface Source {
  readonly id: string;
  readonly tool: string;
  /** Of two values for one provider the higher goes; of equals the one that is defined first. */
  readonly priority: number;
  readonly format: Format;
  readonly places: readonly Place[];
  readonly entries: readonly Entry[];
  /** first: one value, from the first file and entry that has one. all: every one. */
  readonly takes: "first" | "all";
  /** A value of the wrong type is an error. */
  readonly strict?: true;
  /** Only text counts, and it counts as it stands, whether or not it looks like a reference. */
  readonly verbatim?: true;
  /** Names are those of AI tools: `google` is Gemini, `vercel` the AI gateway. */
  readonly speaksOfModels?: true;
  readonly keychain?: readonly KeychainItem[];
}

export interface FoundValue {
  readonly field: string;
  readonly env: readonly string[];
  readonly secret: Secret;
}

export interface Finding {
  readonly source: string;
  readonly tool: string;
  readonly priority: number;
  /** The file, or the name of the keychain item. */
  readonly path: string;
  /** Where in it. */
  readonly pointer: string;
  readonly provider: string;
  /** Id of the definition that keyward has for it. */
  readonly definition: string | null;
  readonly kind: Kind;
  readonly account: string | null;
  readonly host: string | null;
  readonly expiresAtMs: number | null;
  readonly expired: boolean;
  readonly rotates: boolean;
  /** How the vault can read the value where it is, each time anew; null where it cannot. */
  readonly reference: string | null;
  readonly values: readonly FoundValue[];
}

/** What stood in the way of a file. */
export interface Problem {
  readonly source: string;
  readonly path: string;
  /** In words without anything of the file. */
  readonly reason: string;
}
