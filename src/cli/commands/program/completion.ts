// `keyward completion`: the script that teaches a shell keyward's commands, and the names that the script asks for.
// Looking up names starts no daemon and never fails: a shell that completes must not be disturbed.
import { KeywardError } from "../../../core/errors.ts";
import { bashScript } from "../../completion/bash.ts";
import { fishScript } from "../../completion/fish.ts";
import { type CompletionModel, completionModel } from "../../completion/model.ts";
import { zshScript } from "../../completion/zsh.ts";
import type { Context, Control } from "../../context.ts";
import { define } from "../../define.ts";

interface CompletionArguments {
  readonly shell?: string;
  readonly names?: string;
}

const SCRIPTS: Readonly<Record<string, (model: CompletionModel) => string>> = { bash: bashScript, zsh: zshScript, fish: fishScript };
const NAMES = ["providers", "connections", "references", "profiles"] as const;
type Names = (typeof NAMES)[number];

export const completion = define<CompletionArguments>({
  name: "completion",
  summary: "print the completion script of a shell",
  details: `bash: source <(keyward completion bash), in ~/.bashrc
zsh:  source <(keyward completion zsh), in ~/.zshrc after compinit; or as _keyward in a directory of $fpath
fish: keyward completion fish > ~/.config/fish/completions/keyward.fish`,
  args: [{ name: "[shell]", summary: "bash, zsh or fish" }],
  options: [{ flags: "--names <what>", summary: "print the names that a script offers, one a line", choices: NAMES }],
  examples: [
    { command: "source <(keyward completion bash)", does: "for this shell" },
    { command: "keyward completion --names providers", does: "what the script asks for" },
  ],
  run: async ({ shell, names }, context) => {
    if (names !== undefined) return printNames(names as Names, context);
    const write = shell !== undefined && Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
    if (write === undefined) throw new KeywardError("USAGE", "completion is for bash, zsh or fish", { hint: "keyward completion bash" });
    // Loaded here: the registry knows this command.
    const { COMMAND_NAMES, GROUPS, loadCommand } = await import("../../registry.ts");
    const script = write(completionModel(await Promise.all(COMMAND_NAMES.map(loadCommand)), GROUPS, await providerIds(context)));
    if (context.out.json) context.out.object({ shell, script });
    else context.out.raw(script);
  },
});

/** For every new shell: where no daemon can be had, the script lacks the ids and says nothing. */
async function providerIds({ call, profile }: Context): Promise<string[]> {
  try {
    const { rows } = await call("creds.catalogue", { profile });
    return rows.filter(({ kind }) => kind !== "local").map(({ id }) => id);
  } catch (error) {
    if (error instanceof KeywardError) return [];
    throw error;
  }
}

async function printNames(what: Names, context: Context): Promise<void> {
  const found = await lookUp(what, context);
  if (context.out.json) context.out.object({ names: found });
  else context.out.raw(found.map((name) => `${name}\n`).join(""));
}

async function lookUp(what: Names, { world, paths, profile }: Context): Promise<string[]> {
  let control: Control | null = null;
  try {
    control = await world.find(paths);
    if (control === null) return [];
    if (what === "providers") return (await control.call("provider.list", { profile })).providers.map(({ id }) => id);
    if (what === "profiles") return (await control.call("profile.list", {})).profiles.map(({ name }) => name);
    const { connections } = await control.call("connection.list", { profile });
    const names = connections.map(({ provider, name }) => (what === "references" ? `${provider}=${name}` : name));
    return [...new Set(names)].sort();
  } catch {
    return [];
  } finally {
    control?.close();
  }
}
