// `keyward provider add`: takes over a definition of the user's own after the daemon has checked it.
import { resolve } from "node:path";
import { define } from "../../define.ts";
import { readTextArgument } from "../../input/read-text.ts";

export const providerAdd = define<{ file: string; force?: boolean }>({
  name: "provider add",
  summary: "add a provider of your own",
  args: [{ name: "<file>", summary: "definition (JSON), or - for standard input" }],
  options: [{ flags: "--force", summary: "replace your own, or stand in front of a bundled one" }],
  examples: [
    { command: "keyward provider add my-api.json", does: "check it and keep it" },
    { command: "cat my-api.json | keyward provider add -", does: "from standard input" },
  ],
  run: async ({ file, force }, { out, call, world }) => {
    const text = await readTextArgument(file, world);
    const path = file === "-" ? "standard input" : resolve(world.cwd, file);
    const added = await call("provider.add", { path, text, force: force === true });
    out.line(`added ${added.id} (${added.path})`);
    out.line(`next: keyward login ${added.id}`);
    out.object({ id: added.id, path: added.path });
  },
});
