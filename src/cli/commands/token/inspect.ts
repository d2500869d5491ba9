// `keyward token inspect`: whether a text is a token of a hub at all, by its checksum, and with --check what the hub says about it.
import { readVariable } from "../../../config/environment.ts";
import { KeywardError } from "../../../core/errors.ts";
import { HUB_TOKEN_KINDS, kindOf } from "../../../core/shapes/hub-token.ts";
import { define } from "../../define.ts";
import { readTextArgument } from "../../input/read-text.ts";
import { maskToken } from "../../show/hub-token.ts";

export const tokenInspect = define<{ file?: string }>({
  name: "token inspect",
  summary: "say what kind of hub token a text is, without showing it",
  details: "Reads the token from a file or standard input, or from KEYWARD_TOKEN. Asks no hub: the last six characters are a checksum.",
  args: [{ name: "[file]", summary: "- is standard input" }],
  examples: [
    { command: "keyward token inspect token.txt", does: "kind, and whether the checksum is right" },
    { command: "keyward token inspect --json", does: "that of KEYWARD_TOKEN, for a script" },
  ],
  run: async ({ file }, { out, world }) => {
    const text = file === undefined ? readVariable("KEYWARD_TOKEN", world.environment) : await readTextArgument(file, world);
    if (text === undefined) throw new KeywardError("USAGE", "which token?", { hint: "keyward token inspect FILE" });
    const token = text.trim();
    const kind = kindOf(token);
    if (kind === null) throw new KeywardError("HUB_INVALID", "this is not a token of a hub: its shape or its checksum is wrong");
    out.line(`${maskToken(token)}: ${HUB_TOKEN_KINDS[kind]}, checksum right`);
    out.object({ kind: HUB_TOKEN_KINDS[kind], preview: maskToken(token), checksum: "right" });
  },
});
