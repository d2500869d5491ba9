// What a login form asks for and what became of it, as data: the page draws it, the server keeps it, the daemon fills it.

export interface FormField {
  /** Name in the definition; the input's name too. */
  readonly name: string;
  readonly label: string;
  /** Masked when true. */
  readonly secret: boolean;
  readonly optional: boolean;
  /** A whole file is pasted: a PEM, a JSON document. */
  readonly multiline?: boolean | undefined;
  /** The expected shape in words. */
  readonly hint: string | null;
}

export interface LoginForm {
  readonly providerName: string;
  /** `openai (work)` as the terminal says it. */
  readonly connection: string;
  /** Where the key will be used, for the person to check. */
  readonly hosts: readonly string[];
  readonly fields: readonly FormField[];
  /** Where a person creates a key. */
  readonly keysUrl: string | null;
  /** The login replaces a stored key. */
  readonly replaces: boolean;
  /** Not a key but the OAuth client is asked for; the browser may then be sent on to the provider. */
  readonly asksClient?: boolean | undefined;
  readonly expiresAtMs: number;
}

/** Field name → what was typed. */
export type FormValues = Readonly<Record<string, string>>;

/** What a person decided against: boxes that a refused submission offers. */
export interface FormChoices {
  /** Store it although it does not look like a key. */
  readonly anyShape: boolean;
  /** Store it although the provider does not know it. */
  readonly unverified: boolean;
}

/** What the daemon made of a submission. `retry`: the values do not fit, the form stays open. */
export type SubmitOutcome =
  | { readonly kind: "stored"; readonly notices: readonly string[] }
  /** The login goes on at the provider's page. */
  | { readonly kind: "onward"; readonly url: string }
  | {
      readonly kind: "retry";
      readonly message: string;
      readonly hint: string | null;
      readonly field: string | null;
      readonly override: keyof FormChoices | null;
    }
  | { readonly kind: "failed"; readonly status: number; readonly message: string; readonly hint: string | null };

export type Submit = (values: FormValues, choices: FormChoices) => Promise<SubmitOutcome>;

/** Why a form is no longer there. */
export type FormEnding = "stored" | "onward" | "failed" | "expired" | "cancelled";
