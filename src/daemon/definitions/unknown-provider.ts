// One wording for a provider that no definition describes, with the ids that look like it.
import { KeywardError } from "../../core/errors.ts";
import { PROVIDER_ID_PATTERN } from "../../core/names.ts";

export function unknownProvider(id: string, suggestions: readonly string[]): KeywardError {
  // What is no id may be anything, a pasted key included: it is not repeated.
  const shown = PROVIDER_ID_PATTERN.test(id) ? ` '${id}'` : " of that name";
  const [nearest] = suggestions;
  const guess = nearest === undefined ? "" : `; did you mean ${suggestions.slice(0, 3).join(" or ")}?`;
  return new KeywardError("PROVIDER_UNKNOWN", `there is no provider${shown}${guess}`, { hint: "keyward provider list" });
}
