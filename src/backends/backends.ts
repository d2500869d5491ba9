// Every backend by the scheme that its references begin with. In: a reference. Out: the backend and the rest of the reference.
import { KeywardError } from "../core/errors.ts";
import { type Backend, invalid, unavailable } from "./backend.ts";
import { command } from "./command.ts";
import { environmentVariable } from "./environment-variable.ts";
import { file } from "./file.ts";
import { hashicorpVault } from "./hashicorp-vault.ts";
import { keychain } from "./keychain.ts";
import { onePassword } from "./one-password.ts";
import { pass } from "./pass.ts";

/** What the team shares: a sync puts such a reference into the vault, and the daemon reads it from what the hub last sent. */
const sharedByHub: Backend = {
  source: "hub",
  example: "hub:sec_0123",
  check: (rest) => {
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(rest)) throw invalid(sharedByHub, "behind 'hub:' stands the id of a secret at the hub");
  },
  variables: () => [],
  read: () => Promise.reject(unavailable("the hub does not share this secret with the profile", "keyward sync --status")),
};

const BACKENDS: readonly (readonly [prefix: string, backend: Backend])[] = [
  ["env:", environmentVariable],
  ["file:", file],
  ["command:", command],
  ["op://", onePassword],
  ["vault://", hashicorpVault],
  ["bao://", hashicorpVault],
  ["pass:", pass],
  ["keychain:", keychain],
  ["hub:", sharedByHub],
];

const MAX_REFERENCE_CHARS = 4_096;

/** How each is written. */
export const BACKEND_EXAMPLES: readonly string[] = [...new Set(BACKENDS.map(([, backend]) => backend.example))];

export interface FoundBackend {
  readonly backend: Backend;
  readonly rest: string;
}

/** @throws BACKEND_INVALID; the reference is not repeated, as it may be a value */
export function findBackend(reference: string): FoundBackend {
  const found = BACKENDS.find(([prefix]) => reference.startsWith(prefix));
  if (found === undefined || reference.length > MAX_REFERENCE_CHARS) {
    throw new KeywardError("BACKEND_INVALID", `a backend is written as one of ${BACKENDS.map(([prefix]) => `${prefix}…`).join(", ")}`, {
      hint: "for example: keyward vault put NAME --backend env:OPENAI_API_KEY",
    });
  }
  const [prefix, backend] = found;
  const rest = reference.slice(prefix.length);
  backend.check(rest);
  return { backend, rest };
}
