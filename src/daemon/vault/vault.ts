// The values of secrets when they are needed: from the store, or late from the place where they are kept, then held for a set time.
// In: a profile and a secret, or a connection that refers to some. Out: values as Secret. What a place gave is never written anywhere.
// Everybody who asks for the same value at the same time waits for one answer.
import { findBackend } from "../../backends/backends.ts";
import type { BackendTools } from "../../backends/backend.ts";
import { type Connection, type Credential, describeConnection } from "../../core/connection.ts";
import { KeywardError } from "../../core/errors.ts";
import { Secret, type SecretFields } from "../../core/secret.ts";
import type { StoredSecret } from "../../store/records/secret-records.ts";
import type { UnlockedProfile } from "../profiles/unlocked-profile.ts";
import { CallerVariables } from "./caller-variables.ts";
import { findSecret, sourceOf } from "./find-secret.ts";
import { type Missing, missingSecrets } from "./missing-secrets.ts";

export interface VaultParts {
  readonly tools: (variable: BackendTools["variable"]) => BackendTools;
  /** A clock that never jumps. */
  readonly steadyMs: () => number;
  /** The setting secrets.cache_seconds, of this moment. */
  readonly cacheMs: () => number;
  /** What the profile's hub shares under this id; null = nothing. @throws HUB_STALE */
  readonly shared: (profile: UnlockedProfile, id: string) => string | null;
}

interface Held {
  readonly profile: string;
  readonly variables: readonly string[];
  readonly value: Promise<Secret>;
  /** null while the place has not answered. */
  known: Secret | null;
  untilMs: number;
}

const HUB = "hub:";
/** A place that failed is not asked again by the requests of the same moment. */
const FAILURE_MS = 1_000;

export class Vault {
  readonly #parts: VaultParts;
  readonly #variables = new CallerVariables();
  readonly tools: BackendTools;
  /** By secret and version: a new version is another value. */
  readonly #held = new Map<string, Held>();

  constructor(parts: VaultParts) {
    this.#parts = parts;
    this.tools = parts.tools((name) => this.#variables.read(name));
  }

  /** What a changed variable leads to is read anew. */
  supply(variables: Readonly<Record<string, string>>): void {
    const changed = this.#variables.supply(variables);
    for (const [key, held] of this.#held) if (held.variables.some((name) => changed.has(name))) this.#held.delete(key);
  }

  /** @throws SECRET_UNAVAILABLE, BACKEND_*, STORE_*; null when there is no such version */
  async read(profile: UnlockedProfile, secret: StoredSecret, version: number | null = null): Promise<Secret | null> {
    const content = profile.store.secrets.content(secret, version);
    if (content === null) return null;
    if ("value" in content) return content.value;
    return this.#shared(profile, content.reference) ?? this.#hold(profile, `${secret.id} ${version ?? secret.version}`, content.reference);
  }

  /** From the hub's cache, which is memory: asked each time, so that what the hub takes back is gone at once. @throws BACKEND_UNREACHABLE */
  #shared(profile: UnlockedProfile, reference: string): Secret | null {
    if (!reference.startsWith(HUB)) return null;
    try {
      const value = this.#parts.shared(profile, reference.slice(HUB.length));
      return value === null ? null : new Secret(value);
    } catch (error) {
      if (!(error instanceof KeywardError) || error.code !== "HUB_STALE") throw error;
      throw new KeywardError("BACKEND_UNREACHABLE", error.message, { hint: error.hint });
    }
  }

  /** The credential with what its connection refers to. @throws CREDENTIALS_MISSING, BACKEND_UNREACHABLE */
  async fill(profile: UnlockedProfile, connection: Connection, credential: Credential): Promise<Credential> {
    if (connection.secrets === undefined) return credential;
    const fields: Record<string, Secret> = { ...credential.fields };
    const { values, missing } = await this.#gather(profile, [connection]);
    if (missing.length > 0) throw missingSecrets(missing);
    for (const [field, name] of Object.entries(connection.secrets)) {
      const value = values.get(name);
      if (value !== undefined) fields[field] = value;
    }
    return { ...credential, fields };
  }

  /** All that cannot be had is named at once. Returns the variables that lead to what can. */
  async require(profile: UnlockedProfile, connections: readonly Connection[]): Promise<readonly string[]> {
    const { missing, variables } = await this.#gather(profile, connections);
    if (missing.length > 0) throw missingSecrets(missing);
    return variables;
  }

  /** Without asking any place: what is stored, and what is held at this moment. For finding values where they should not be. */
  known(profile: UnlockedProfile, connection: Connection): SecretFields {
    const fields: Record<string, Secret> = {};
    for (const [field, name] of Object.entries(connection.secrets ?? {})) {
      const secret = findSecret(profile, name, null);
      const content = secret === null ? null : profile.store.secrets.content(secret, null);
      if (secret === null || content === null) continue;
      const value = "value" in content ? content.value : this.#knownAt(profile, secret, content.reference);
      if (value !== null) fields[field] = value;
    }
    return fields;
  }

  #knownAt(profile: UnlockedProfile, secret: StoredSecret, reference: string): Secret | null {
    if (!reference.startsWith(HUB)) return this.#held.get(keyOf(profile, `${secret.id} ${secret.version}`))?.known ?? null;
    try {
      return this.#shared(profile, reference);
    } catch {
      return null;
    }
  }

  /** Of a profile that is closed. */
  forget(profile: string): void {
    for (const [key, held] of this.#held) if (held.profile === profile) this.#held.delete(key);
  }

  async #gather(
    profile: UnlockedProfile,
    connections: readonly Connection[],
  ): Promise<{ values: Map<string, Secret>; missing: Missing[]; variables: string[] }> {
    const users = new Map<string, string>();
    for (const connection of connections) {
      for (const name of Object.values(connection.secrets ?? {})) users.set(name, describeConnection(connection));
    }
    const values = new Map<string, Secret>();
    const missing: Missing[] = [];
    const variables: string[] = [];
    const gatherOne = async ([name, usedBy]: readonly [string, string]): Promise<void> => {
      const secret = findSecret(profile, name, null);
      const reference = secret?.reference ?? null;
      const wanted = reference === null ? [] : variablesOf(reference);
      variables.push(...wanted);
      try {
        const value = secret === null ? null : await this.read(profile, secret);
        if (value === null) missing.push({ name, usedBy, source: null, error: null, variables: [] });
        else values.set(name, value);
      } catch (error) {
        if (!(error instanceof KeywardError) || !isOfPlace(error)) throw error;
        missing.push({ name, usedBy, source: sourceOf(reference), error, variables: wanted });
      }
    };
    await Promise.all([...users].map(gatherOne));
    return { values, missing, variables: [...new Set(variables)] };
  }

  #hold(profile: UnlockedProfile, id: string, reference: string): Promise<Secret> {
    const key = keyOf(profile, id);
    const before = this.#held.get(key);
    if (before !== undefined && this.#parts.steadyMs() < before.untilMs) return before.value;
    const { backend, rest } = findBackend(reference);
    const held: Held = {
      profile: profile.name,
      variables: backend.variables(rest),
      value: backend.read(rest, this.tools),
      known: null,
      // For as long as it takes: everybody who comes meanwhile waits for the same answer.
      untilMs: Number.POSITIVE_INFINITY,
    };
    this.#held.set(key, held);
    held.value.then(
      (value) => {
        held.known = value;
        held.untilMs = this.#parts.steadyMs() + this.#parts.cacheMs();
      },
      () => {
        held.untilMs = this.#parts.steadyMs() + FAILURE_MS;
      },
    );
    return held.value;
  }
}

/** What a place says, in distinction from a store that fails or a bug. */
export function isOfPlace({ code }: KeywardError): boolean {
  return code === "SECRET_UNAVAILABLE" || code === "BACKEND_UNREACHABLE" || code === "BACKEND_INVALID";
}

export function variablesOf(reference: string): readonly string[] {
  try {
    const { backend, rest } = findBackend(reference);
    return backend.variables(rest);
  } catch {
    return [];
  }
}

function keyOf({ name }: UnlockedProfile, id: string): string {
  return `${name} ${id}`;
}
