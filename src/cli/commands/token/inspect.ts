// `keyward token inspect`: whether a text is a token of a hub at all, by its checksum, and with --check what the hub says about it.
import { readVariable } from "../../../config/environment.ts";
import { KeywardError } from "../../../core/errors.ts";
import { define } from "../../define.ts";
import { readTextArgument } from "../../input/read-text.ts";
import { maskToken } from "../../show/hub-token.ts";

const KINDS: Readonly<Record<string, string>> = {
  ses: "session",
  ref: "refresh token",
  pat: "API token",
  dev: "device",
  run: "run token",
  inv: "invitation",
  web: "browser session",
  dvc: "device code",
};
const SHAPE = /^kw_(ses|ref|pat|dev|run|inv|web|dvc)_[0-9A-Za-z]{46}$/;

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
    const kind = SHAPE.exec(token)?.[1] ?? null;
    const isWhole = kind !== null && (await hasChecksum(token));
    if (kind === null || !isWhole)
      throw new KeywardError("HUB_INVALID", "this is not a token of a hub: its shape or its checksum is wrong");
    out.line(`${maskToken(token)}: ${KINDS[kind] ?? kind}, checksum right`);
    out.object({ kind: KINDS[kind] ?? kind, preview: maskToken(token), checksum: "right" });
  },
});

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** The same six characters as the hub's: CRC-32 of what stands before them, in base 62. */
async function hasChecksum(token: string): Promise<boolean> {
  const { crc32 } = await import("node:zlib");
  let rest = crc32(token.slice(0, -6));
  let check = "";
  for (let place = 0; place < 6; place += 1) {
    check = BASE62.charAt(rest % 62) + check;
    rest = Math.floor(rest / 62);
  }
  return token.endsWith(check);
}
