// An input that is no secret, as text for an address: a region, an installation id. In: a checked source. Out: the text.
// Only what the flow itself declares as not secret comes out.
import { KeywardError } from "../../core/errors.ts";
import type { GrantSource } from "../../core/grant.ts";
import { valueOf } from "./kind.ts";
import { COMPUTED_KINDS } from "./kinds.ts";

export function publicValue(source: GrantSource, name: string): string {
  const isPublic = COMPUTED_KINDS[source.flow].inputs.some((input) => input.name === name && !input.secret);
  if (isPublic) return encodeURIComponent(valueOf(source, name));
  throw new KeywardError("INTERNAL", `the flow '${source.flow}' has no public input of the name that its address uses`);
}
