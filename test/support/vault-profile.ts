// A profile with a real store and a vault over it, for tests of what the daemon makes of secrets. In: nothing. Out: both, and the clock.
import { onTestFinished } from "vitest";
import { UnlockedProfile } from "../../src/daemon/profiles/unlocked-profile.ts";
import { Vault } from "../../src/daemon/vault/vault.ts";
import { Secret } from "../../src/core/secret.ts";
import { createAuthority } from "../../src/certs/authority.ts";
import type { AuditLog } from "../../src/audit/open-audit.ts";
import { tempProfile } from "../unit/store/temp-profile.ts";
import { testMachine, type TestMachine } from "./backend-tools.ts";

export interface VaultProfile {
  readonly profile: UnlockedProfile;
  readonly vault: Vault;
  readonly machine: TestMachine;
  /** Records of the audit, as they were appended. */
  readonly audited: unknown[];
  /** Hub's id of a secret → its value. */
  readonly shared: Map<string, string>;
  readonly time: { steadyMs: number; cacheMs: number };
  readonly put: (name: string, content: string | { readonly reference: string }, scope?: "user" | "workspace" | "tenant") => void;
}

export function vaultProfile(): VaultProfile {
  const { store, key } = tempProfile();
  const machine = testMachine();
  const audited: unknown[] = [];
  const shared = new Map<string, string>();
  const time = { steadyMs: 0, cacheMs: 300_000 };
  const audit = { append: (record: unknown) => void audited.push(record), close: () => undefined } as unknown as AuditLog;
  const clock = { nowMs: () => 1_000 };
  const authority = createAuthority(Date.now());
  const profile = new UnlockedProfile({ store, key, custody: "file", audit, authority, certificatePath: "", clock, seal: null as never });
  onTestFinished(() => profile.close());
  const vault = new Vault({
    tools: (variable) => ({ ...machine.tools, variable: (name) => machine.variables[name] ?? variable(name) }),
    steadyMs: () => time.steadyMs,
    cacheMs: () => time.cacheMs,
    shared: (_profile, id) => shared.get(id) ?? null,
  });
  return {
    profile,
    vault,
    machine,
    audited,
    time,
    shared,
    put: (name, content, scope = "workspace") => {
      store.secrets.put([{ scope, name, content: typeof content === "string" ? { value: new Secret(content) } : content }]);
      profile.changed();
    },
  };
}
