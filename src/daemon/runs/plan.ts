// What a run's child would be given: environment names and values, hosts, ports. Pure; `run --explain` shows it as it is.
// In: the selection's choices. Out: env with placeholders and public values, never a secret.
import type { RunPlan } from "../../control/protocol.ts";
import type { Origin } from "../../core/connection.ts";
import { KeywardError } from "../../core/errors.ts";
import { formatAuthority } from "../../core/host.ts";
import type { RuleLayer } from "../../core/run.ts";
import type { Provider } from "../../providers/schema.ts";
import { capturePoints } from "./capture-points.ts";
import type { Choice } from "./selection.ts";

export interface ChildEnvironment {
  /** Environment name → placeholder or public value. */
  readonly env: Readonly<Record<string, string>>;
  readonly placeholderNames: readonly string[];
}

interface Claim {
  readonly choice: Choice;
  readonly field: string;
  readonly isSecret: boolean;
}

/** @throws ENV_CLASH */
export function planEnvironment(choices: readonly Choice[]): ChildEnvironment {
  const env: Record<string, string> = {};
  const placeholderNames: string[] = [];
  for (const [name, claim] of claimNames(choices)) {
    const value = claimedValue(claim);
    if (value === undefined) continue;
    env[name] = value;
    if (claim.isSecret) placeholderNames.push(name);
  }
  return { env, placeholderNames };
}

/** @throws ENV_CLASH */
export function planRun(choices: readonly Choice[], layers: readonly RuleLayer[], asked: readonly Provider[] = []): RunPlan {
  const claims = claimNames(choices);
  const connections = choices.map((choice) => {
    const names = [...claims].filter(([, claim]) => claim.choice === choice);
    const env = Object.fromEntries(names.map(([name, claim]) => [name, claim.isSecret ? ("placeholder" as const) : ("value" as const)]));
    const { provider, name, origins } = choice.connection;
    return { provider, name, hosts: origins.map((origin) => formatAuthority(origin)), env };
  });
  const points = capturePoints({ captures: asked.map(({ id }) => id) }, choices, (id) => asked.find((one) => one.id === id) ?? null);
  const providers = [...new Set(points.map(({ definition }) => definition.id))];
  const captures = providers.map((provider) => {
    const hosts = points.filter(({ definition }) => definition.id === provider).map(({ capture }) => formatAuthority(capture));
    return { provider, hosts: [...new Set(hosts)] };
  });
  return { connections, layers, captures };
}

/** TLS ports other than 443 among the bound origins. */
export function tlsPorts(origins: readonly Origin[]): number[] {
  const ports = new Set(origins.map((origin) => origin.port).filter((port) => port !== 443));
  return [...ports].sort((a, b) => a - b);
}

/** Which connection each environment name stands for: the default of its provider, and of two providers the one asked for. */
function claimNames(choices: readonly Choice[]): Map<string, Claim> {
  const claims = new Map<string, Claim>();
  for (const choice of choices.filter(({ isDefault }) => isDefault)) {
    for (const field of choice.definition.fields) {
      // An optional field that the login left out gives the child nothing.
      if (!Object.hasOwn(field.secret ? choice.connection.placeholders : choice.connection.publicFields, field.name)) continue;
      for (const name of field.env) {
        const claim = { choice, field: field.name, isSecret: field.secret };
        claims.set(name, prefer(name, claims.get(name), claim));
      }
    }
  }
  return claims;
}

function prefer(name: string, held: Claim | undefined, claim: Claim): Claim {
  if (held === undefined || held.choice === claim.choice) return held ?? claim;
  const [a, b] = [held.choice, claim.choice];
  if (a.asked !== b.asked) return a.asked > b.asked ? held : claim;
  const [first, second] = [a.connection.provider, b.connection.provider];
  throw new KeywardError("ENV_CLASH", `${first} and ${second} both declare ${name}`, {
    hint: `choose one: --provider ${first} or --provider ${second}`,
    detail: { name, providers: [first, second] },
  });
}

function claimedValue({ choice, field, isSecret }: Claim): string | undefined {
  const { placeholders, publicFields } = choice.connection;
  return isSecret ? placeholders[field] : publicFields[field];
}
