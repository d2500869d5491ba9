// A place where a secret's value can live outside of the profile store: one a file, all behind this interface.
// In: the part of a reference behind its scheme, and the tools of the daemon. Out: the value as a Secret, read when it is needed.
// A backend says why it failed in words of its own: never what a program printed, a server answered or a value.
import { KeywardError } from "../core/errors.ts";
import type { Secret } from "../core/secret.ts";

export interface BackendTools {
  /** As the command's environment had it when it was last told, else the daemon's own. */
  variable(name: string): string | undefined;
  /** What programs inherit. */
  environment(): Readonly<Record<string, string>>;
  /** null = the keychain is switched off. */
  keychain(service: string): KeychainItems | null;
  readonly home: string;
}

export interface KeychainItems {
  read(account: string): Promise<string | null>;
  write(account: string, value: string): Promise<void>;
}

export interface Backend {
  /** As `vault list` shows it. */
  readonly source: string;
  readonly example: string;
  /** @throws BACKEND_INVALID */
  check(rest: string): void;
  /** Variables it reads; the command hands over those it has. */
  variables(rest: string): readonly string[];
  /** @throws SECRET_UNAVAILABLE, BACKEND_UNREACHABLE */
  read(rest: string, tools: BackendTools): Promise<Secret>;
  /** Only where keyward may write. */
  write?(rest: string, value: Secret, tools: BackendTools): Promise<void>;
}

/** More than any key; a whole PEM chain fits. */
export const MAX_VALUE_BYTES = 64 * 1024;

export function invalid(backend: Pick<Backend, "example">, why: string): KeywardError {
  return new KeywardError("BACKEND_INVALID", why, { hint: `for example: keyward vault put NAME --backend '${backend.example}'` });
}

export function unavailable(why: string, hint?: string): KeywardError {
  return new KeywardError("SECRET_UNAVAILABLE", why, { hint });
}

export function unreachable(why: string, hint?: string): KeywardError {
  return new KeywardError("BACKEND_UNREACHABLE", why, { hint });
}
