// Check: can every provider definition be used? Each broken file is named with what is wrong with it first.
import type { Check } from "../../control/findings.ts";
import type { Subject } from "./subject.ts";

const NAME = "provider definitions";

export function checkDefinitions({ parts }: Subject): Check {
  const catalogue = parts.definitions.refresh();
  const [first] = catalogue.broken;
  if (first === undefined) {
    const all = catalogue.list();
    const own = all.filter(({ id }) => catalogue.isCustom(id)).length;
    return { name: NAME, state: "ok", found: `${all.length} known, ${own} of them your own`, fix: null };
  }
  const found = catalogue.broken.map(({ path, problems }) => problems[0] ?? path).join("; ");
  return { name: NAME, state: "fail", found, fix: `keyward provider validate '${first.path}'` };
}
