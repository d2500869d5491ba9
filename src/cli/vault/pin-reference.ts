// A reference as it is kept: what depends on where the command is given is written out. In: as typed. Out: the same, or made absolute.
// The address of a Vault server is kept with the reference, so that no later environment sends its token elsewhere.
import { resolve } from "node:path";
import type { Context } from "../context.ts";

export function pinReference(reference: string, context: Context): string {
  if (reference === "keychain") return reference;
  if (reference.startsWith("file:")) return pinFile(reference.slice("file:".length), context);
  if (/^(?:vault|bao):\/\//.test(reference)) return pinServer(reference, context);
  return reference;
}

function pinFile(path: string, { world }: Context): string {
  if (path === "" || path.startsWith("/")) return `file:${path}`;
  const home = world.environment["HOME"];
  return `file:${path.startsWith("~/") && home !== undefined ? resolve(home, path.slice(2)) : resolve(world.cwd, path)}`;
}

const PINNED = [
  ["address", "ADDR"],
  ["namespace", "NAMESPACE"],
  ["ca_file", "CACERT"],
] as const;

function pinServer(reference: string, { world }: Context): string {
  const at = reference.indexOf("#");
  if (at < 0) return reference;
  const [location = "", query = ""] = reference.slice(0, at).split("?");
  const options = new URLSearchParams(query);
  for (const [option, variable] of PINNED) {
    const value = world.environment[`VAULT_${variable}`] ?? world.environment[`BAO_${variable}`];
    if (value === undefined || value === "" || options.has(option)) continue;
    options.set(option, option === "ca_file" ? resolve(world.cwd, value) : value);
  }
  return `${location}${options.size === 0 ? "" : `?${options.toString()}`}${reference.slice(at)}`;
}
