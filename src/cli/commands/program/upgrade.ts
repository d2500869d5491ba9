// `keyward upgrade`: how this installation becomes a newer one. It says what to type and changes nothing: keyward downloads no code by itself.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { packageVersion } from "../../../control/version.ts";
import { define } from "../../define.ts";
import { shellWord } from "../../text/quote.ts";

const ROOT = dirname(dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url))))));

export const upgrade = define({
  name: "upgrade",
  summary: "say how to get a newer version",
  details: "Nothing is downloaded. A daemon of the older version is replaced by the next command, or when its last run has ended.",
  examples: [
    { command: "keyward upgrade", does: "what to type, for a clone or an installed package" },
    { command: "keyward upgrade --json", does: "for a script" },
  ],
  run: async (_args, { out }) => {
    const quoted = shellWord(ROOT);
    const isClone = existsSync(join(ROOT, ".git"));
    const commands = isClone
      ? [`git -C ${quoted} pull`, `npm --prefix ${quoted} install`]
      : ["npm install --global PATH-OF-THE-NEW-PACKAGE"];
    out.object({ version: packageVersion(), directory: ROOT, installed: isClone ? "clone" : "package", commands });
    out.line(`keyward ${packageVersion()}, ${isClone ? "a clone" : "a package"} in ${ROOT}`);
    for (const command of commands) out.line(`next: ${command}`);
  },
});
