// `keyward init`: writes a keyward.json for this directory from what it finds: which providers its programs need. It holds names only.
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { ensureHome } from "../../../config/home.ts";
import { KeywardError } from "../../../core/errors.ts";
import type { Context } from "../../context.ts";
import { filterRows } from "../../creds/choose-rows.ts";
import { define } from "../../define.ts";
import { refuseTaken, writeNewFile } from "../../files/write-new-file.ts";
import { findNeeds, type Need } from "../../project/find-needs.ts";
import { allowProject } from "../../project/permission.ts";
import { FILE_NAME } from "../../run/project-file.ts";

interface InitArguments {
  readonly provider?: readonly string[];
  readonly yes?: boolean;
  readonly force?: boolean;
}

/** It is committed: others may read it. */
const FILE_MODE = 0o644;

export const init = define<InitArguments>({
  name: "init",
  summary: "write a project file that says which providers are needed",
  details: `Looks at the names (never the values) in .env files here and in the environment, and at --provider. The file is for
committing and holds no secret; whoever clones the repository allows it once with: keyward allow`,
  options: [
    { flags: "--provider <id>", summary: "a provider it needs, instead of looking; may be repeated", repeat: true },
    { flags: "--yes", summary: "write it without asking" },
    { flags: "--force", summary: "replace a keyward.json that is there" },
  ],
  examples: [
    { command: "keyward init", does: "look, show, ask, write" },
    { command: "keyward init --provider openai --yes", does: "for a script" },
  ],
  run: async (args, context) => {
    const { out, ask, call, profile, world, paths } = context;
    const path = join(world.cwd, FILE_NAME);
    refuseTaken(path, args.force === true);
    const { rows } = await call("creds.catalogue", { profile });
    const needs = needsOf(args, rows, context);
    const connections = needs.flatMap(({ provider }) => {
      const usual = rows.find(({ id }) => id === provider)?.connections.find(({ isDefault }) => isDefault)?.name ?? "default";
      return usual === "default" ? [] : [[provider, usual] as const];
    });
    const providers = needs.map(({ provider }) => provider);
    const content = { providers, ...(connections.length === 0 ? {} : { connections: Object.fromEntries(connections) }), rules: [] };
    const text = `${JSON.stringify(content, null, 2)}\n`;
    if (!out.json) out.raw(text);
    await ask.confirm(`Write this to ${path}?`, args.yes === true);
    writeNewFile(path, Buffer.from(text), args.force === true);
    chmodSync(path, FILE_MODE);
    ensureHome(paths);
    // Who wrote it knows what is in it.
    allowProject(paths, { path, text });
    for (const { provider, because } of needs) out.note(`${provider}: ${because}`);
    out.line(`wrote ${path}; commit it`);
    out.object({ path, content, because: Object.fromEntries(needs.map(({ provider, because }) => [provider, because])) });
  },
});

/** @throws PROVIDER_UNKNOWN, CREDENTIALS_MISSING */
function needsOf({ provider }: InitArguments, rows: Parameters<typeof filterRows>[0], { world, out }: Context): readonly Need[] {
  if (provider !== undefined)
    return filterRows(rows, { provider }).map(({ id }) => ({ provider: id, because: "named on the command line" }));
  const { needs, unreadable } = findNeeds(world.cwd, world.environment, rows);
  for (const file of unreadable) out.warn(`ignoring unreadable ${file}`);
  if (needs.length > 0) return needs;
  throw new KeywardError("CREDENTIALS_MISSING", "nothing here says which providers are needed", { hint: "keyward init --provider ID" });
}
