// `op://vault/item/field`: read with 1Password's own program, op, which knows how its user signs in.
import { type Backend, invalid } from "./backend.ts";
import { runTool } from "./run-tool.ts";
import { toValue } from "./value-text.ts";

/** What op itself reads; a session made by `op signin` has a variable with a name of its own. */
const VARIABLES = ["OP_SERVICE_ACCOUNT_TOKEN", "OP_ACCOUNT", "OP_CONNECT_HOST", "OP_CONNECT_TOKEN", "XDG_CONFIG_HOME"];

export const onePassword: Backend = {
  source: "1password",
  example: "op://Private/OpenAI/credential",
  check: (rest) => {
    const segments = rest.split("?")[0]?.split("/") ?? [];
    const fits = /^\P{Cc}+$/u.test(rest) && (segments.length === 3 || segments.length === 4) && segments.every((part) => part !== "");
    if (!fits) throw invalid(onePassword, "a 1Password reference is op://VAULT/ITEM/FIELD or op://VAULT/ITEM/SECTION/FIELD");
  },
  variables: () => VARIABLES,
  read: async (rest, tools) => {
    const environment = withVariables(tools.environment(), VARIABLES, (name) => tools.variable(name));
    // A reference begins with op://, so it is no option.
    const args = ["read", "--no-newline", `op://${rest}`];
    return toValue(await runTool({ title: "1Password's op", program: "op", args, environment }), "1Password's op");
  },
};

export function withVariables(
  environment: Readonly<Record<string, string>>,
  names: readonly string[],
  valueOf: (name: string) => string | undefined,
): Record<string, string> {
  const extended = { ...environment };
  for (const name of names) {
    const value = valueOf(name);
    if (value !== undefined && value !== "") extended[name] = value;
  }
  return extended;
}
