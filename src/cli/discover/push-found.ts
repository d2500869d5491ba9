// Puts what discovery chose into the vault, under the names of its variables, after a masked table and a yes. In: the chosen findings.
// Out: a row each. All are stored or none; a name that another scope has is refused by the daemon.
import { KeywardError } from "../../core/errors.ts";
import { checkScope, DEFAULT_SCOPE } from "../../core/vault/words.ts";
import { releaseEnvironment } from "../../discover/release/environment.ts";
import type { Finding } from "../../discover/source.ts";
import type { Context } from "../context.ts";
import { maskValue } from "../vault/push-pairs.ts";

export interface PushedRow {
  readonly name: string;
  readonly action: string;
  readonly version: number;
  readonly masked: string;
}

export interface PushFoundFlags {
  readonly scope?: string;
  readonly yes?: boolean;
}

/** @throws USAGE, CONFIRMATION_NEEDED */
export async function pushFound(chosen: readonly Finding[], flags: PushFoundFlags, context: Context): Promise<PushedRow[]> {
  const { out, call, profile, ask } = context;
  const scope = checkScope(flags.scope ?? DEFAULT_SCOPE);
  const pairs = releaseEnvironment(chosen).map(([name, value]) => ({ name, value }));
  if (pairs.length === 0) {
    out.line("nothing found where other tools keep credentials");
    return [];
  }
  const masked = new Map(pairs.map(({ name, value }) => [name, maskValue(value)]));
  const planned = await call("vault.push", { profile, scope, pairs, dryRun: true });
  out.table(
    ["NAME", "VALUE", "SCOPE", "OUTCOME"],
    planned.rows.map(({ name, action }) => [name, masked.get(name) ?? "", scope, action]),
  );
  // With --json nobody is asked, also at a terminal.
  if (out.json && flags.yes !== true) {
    throw new KeywardError("CONFIRMATION_NEEDED", "the push needs a yes, and with --json nobody is asked", { hint: "add --yes" });
  }
  await ask.confirm(`Push ${pairs.length} ${pairs.length === 1 ? "secret" : "secrets"} to ${scope}?`, flags.yes === true);
  const { rows, notice } = await call("vault.push", { profile, scope, pairs, dryRun: false });
  if (notice !== null) out.note(notice);
  out.line(`pushed ${rows.filter(({ action }) => action !== "unchanged").length} of ${rows.length} to ${scope}`);
  return rows.map((row) => ({ ...row, masked: masked.get(row.name) ?? "" }));
}
