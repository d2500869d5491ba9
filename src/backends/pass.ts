// `pass:path`: an entry of the standard password store, read with its own program. The first line is the value; `pass:path#user` is
// what stands behind `user:` in the lines after it.
import { Secret } from "../core/secret.ts";
import { type Backend, invalid, unavailable } from "./backend.ts";
import { withVariables } from "./one-password.ts";
import { runTool } from "./run-tool.ts";
import { toValue } from "./value-text.ts";

const VARIABLES = ["PASSWORD_STORE_DIR", "GNUPGHOME", "GPG_TTY", "DISPLAY", "WAYLAND_DISPLAY"];

export const pass: Backend = {
  source: "pass",
  example: "pass:api/openai",
  check: (rest) => {
    const { path, field } = parse(rest);
    const fits = /^\P{Cc}+$/u.test(rest) && path !== "" && !path.startsWith("-") && !path.startsWith("/") && field !== "";
    if (!fits || path.split("/").includes(".."))
      throw invalid(pass, "behind 'pass:' stands the name of an entry, and #FIELD for a line of it");
  },
  variables: () => VARIABLES,
  read: async (rest, tools) => {
    const { path, field } = parse(rest);
    const environment = withVariables(tools.environment(), VARIABLES, (name) => tools.variable(name));
    const entry = toValue(await runTool({ title: "pass", program: "pass", args: ["show", path], environment }), "pass");
    return pick(entry, field);
  },
};

function parse(rest: string): { readonly path: string; readonly field: string | null } {
  const at = rest.lastIndexOf("#");
  return at < 0 ? { path: rest, field: null } : { path: rest.slice(0, at), field: rest.slice(at + 1) };
}

function pick(entry: Secret, field: string | null): Secret {
  const [first = "", ...more] = entry.reveal().split(/\r?\n/);
  if (field === null) {
    if (first !== "") return new Secret(first);
    throw unavailable("the first line of the entry in pass is empty");
  }
  const line = more.find((text) => text.toLowerCase().startsWith(`${field.toLowerCase()}:`));
  const value = line?.slice(field.length + 1).trim() ?? "";
  if (value !== "") return new Secret(value);
  throw unavailable(`the entry in pass has no line '${field}:'`);
}
