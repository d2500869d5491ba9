// Does a secret that is kept elsewhere look like a key of its provider? In: the secret and the field. Out: yes or no; it is not changed.
import { KeywardError } from "../core/errors.ts";
import type { Secret } from "../core/secret.ts";
import { readValue, type ValueContext } from "./value.ts";

export function looksLikeKey(secret: Secret, options: Omit<ValueContext, "isPlaceholder" | "doubtful" | "anyShape">): boolean {
  try {
    readValue(secret.reveal(), { ...options, isPlaceholder: () => false, doubtful: "warn" });
    return true;
  } catch (error) {
    if (error instanceof KeywardError && error.code.startsWith("KEY_")) return false;
    throw error;
  }
}
