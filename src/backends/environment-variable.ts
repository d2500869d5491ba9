// `env:NAME`: the value is that of a variable of whoever gives the command.
import { ENV_NAME_PATTERN } from "../core/names.ts";
import { type Backend, invalid, unavailable } from "./backend.ts";
import { toValue } from "./value-text.ts";

export const environmentVariable: Backend = {
  source: "env",
  example: "env:OPENAI_API_KEY",
  check: (rest) => {
    if (!ENV_NAME_PATTERN.test(rest)) throw invalid(environmentVariable, "behind 'env:' stands the name of a variable");
  },
  variables: (rest) => [rest],
  read: async (rest, tools) => {
    const value = tools.variable(rest);
    if (value === undefined || value === "") throw unavailable(`the variable ${rest} is not set`, `set ${rest} and give the command again`);
    return toValue(Buffer.from(value), `the variable ${rest}`);
  },
};
