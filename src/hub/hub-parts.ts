// What every part of the hub is handed: its ports to the outside and the keys it works with. One object, made in serve.ts.
import type { Clock } from "../core/clock.ts";
import type { AddressOf } from "./http/input/client-address.ts";
import type { Turns } from "./turns.ts";
import type { RateLimit } from "./http/rate-limit.ts";
import type { RootKeys } from "./keys/envelope.ts";
import type { Changes } from "./storage/changes.ts";
import type { Storage } from "./storage/storage.ts";
import type { Digester } from "./tokens/digest.ts";
import type { LastUses } from "./tokens/last-use.ts";
import type { Upstream } from "./upstream/upstream.ts";
import type { Probe } from "./vault/probe-key.ts";

export interface HubParts {
  readonly storage: Storage;
  readonly roots: RootKeys;
  readonly digester: Digester;
  readonly clock: Clock;
  readonly lastUses: LastUses;
  readonly changes: Changes;
  /** For what a change wakes, by tenant. */
  readonly turns: Turns;
  readonly limit: RateLimit;
  /** Where a request comes from. */
  readonly addressOf: AddressOf;
  readonly probe: Probe;
  /** How often a program may ask whether its login was approved. */
  readonly pollEveryMs: number;
  /** Where people may sign in besides with a password here. */
  readonly upstream: Upstream | null;
  readonly log: HubLog;
  /** `https://hub.example`: what pages, links and metadata name. No path, no slash at the end. */
  readonly publicUrl: string;
}

/** Structured lines: ids, hosts, codes and counts, never a token, body or query. */
export interface HubLog {
  info(event: string, fields?: Readonly<Record<string, string | number | boolean>>): void;
  error(event: string, fields?: Readonly<Record<string, string | number | boolean>>): void;
}
