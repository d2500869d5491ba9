// `${vault:NAME}` in texts of the project → their values, for a child that is meant to have them. In: texts by name. Out: the same, filled in.
// Every reference that leads nowhere is named at once; inside a run nothing is filled in. The caller has seen that the project is allowed.
import { KeywardError } from "../../core/errors.ts";
import { identifyProcess } from "../../core/process-identity.ts";
import { vaultReferences } from "../../core/vault/words.ts";
import type { Context } from "../context.ts";
import { callWithVariables } from "./with-variables.ts";

/** @throws CREDENTIALS_MISSING, BACKEND_UNREACHABLE, REVEAL_REFUSED, NAME_INVALID */
export async function expandReferences(
  texts: Readonly<Record<string, string>>,
  context: Context,
): Promise<Readonly<Record<string, string>>> {
  if (!Object.values(texts).some((text) => vaultReferences(text).length > 0)) return texts;
  const asker = identifyProcess(process.pid);
  if (asker === null) throw new KeywardError("INTERNAL", "this process cannot identify itself");
  return (await callWithVariables("vault.expand", { profile: context.profile, texts, asker }, context)).texts;
}
