// Where found values leave as variables. In: the chosen findings. Out: name and value, sorted by name. Whoever calls this is about
// to write them to a pipe or was asked to with --export; nothing else may call it.
import type { Finding } from "../source.ts";

export function releaseEnvironment(chosen: readonly Finding[]): [name: string, value: string][] {
  const values = new Map<string, string>();
  // Two providers may claim one name: the higher priority has it.
  for (const { values: found } of [...chosen].sort((a, b) => b.priority - a.priority)) {
    for (const { env, secret } of found) for (const name of env) if (!values.has(name)) values.set(name, secret.reveal());
  }
  return [...values].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
