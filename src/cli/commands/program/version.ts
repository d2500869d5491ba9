// `keyward version`: the version, as --version prints it.
import { packageVersion } from "../../../control/version.ts";
import { define } from "../../define.ts";

export const version = define({
  name: "version",
  summary: "show the version",
  examples: [
    { command: "keyward version", does: "the same as keyward --version" },
    { command: "keyward version --json", does: "for a script" },
  ],
  run: async (_args, { out }) => {
    out.line(packageVersion());
    out.object({ version: packageVersion() });
  },
});
