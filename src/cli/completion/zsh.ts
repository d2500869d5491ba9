// The completion script for zsh. In: the model. Out: a script for a directory of $fpath (as _keyward), or to be sourced after compinit.
import type { CompletedCommand, CompletedOption, CompletionModel, Values } from "./model.ts";

export function zshScript(model: CompletionModel): string {
  const names = model.commands.map(({ name }) => name);
  const groups = Object.keys(model.groups);
  const singles = model.commands.filter(({ name }) => !name.includes(" ")).map(({ name, summary }) => described(name, summary));
  const top = [...singles, ...groups.map((group) => described(group, model.groups[group] ?? ""))];
  return `#compdef keyward
# zsh completion for keyward; load it with: source <(keyward completion zsh)
_keyward_names() {
  local -a found
  found=(\${(f)"$(keyward completion --names $1 2>/dev/null)"})
  if [[ -z "$found" && $1 == providers ]]; then found=(${model.providers.join(" ")}); fi
  compadd -a found
}
_keyward() {
  local cmd="" at=0 i word prev="\${words[CURRENT-1]}"
  local -a items
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words[i]}"
    case "$word" in
      --) shift $i words; ((CURRENT -= i)); _normal; return ;;
      --profile) ((i++)) ;;
      -*) ;;
      *)
        if [[ -z "$cmd" ]]; then cmd="$word"
        else
          case "$cmd" in
            (${groups.join("|")}) cmd="$cmd $word" ;;
            (*) [[ "\${words[i-1]}" == --* ]] || ((at++)) ;;
          esac
        fi ;;
    esac
  done
  case "$cmd" in
    ("") items=(${top.join(" ")}); _describe command items; return ;;
${groups.map((group) => `    (${group}) items=(${verbs(names, group, model).join(" ")}); _describe command items; return ;;`).join("\n")}
  esac
  case "$cmd $prev" in
${model.commands.flatMap((command) => command.options.flatMap((option) => valueCase(command, option))).join("\n")}
    (*" --profile") _keyward_names profiles; return ;;
  esac
  case "$cmd" in
${model.commands.map((command) => commandCase(command, model)).join("\n")}
  esac
}
if [[ "\${funcstack[1]}" == _keyward ]]; then _keyward "$@"; else compdef _keyward keyward; fi
`;
}

function verbs(names: readonly string[], group: string, { commands }: CompletionModel): string[] {
  return names
    .filter((name) => name.startsWith(`${group} `))
    .map((name) => described(name.slice(group.length + 1), commands.find((command) => command.name === name)?.summary ?? ""));
}

function valueCase({ name }: CompletedCommand, { flag, values }: CompletedOption): string[] {
  return values === null ? [] : [`    ("${name} ${flag}") ${complete(values)}; return ;;`];
}

function commandCase({ name, options, args }: CompletedCommand, { globals }: CompletionModel): string {
  const flags = [...options, ...globals].map(({ flag, summary }) => described(flag, summary)).join(" ");
  const positional = args.map((values, at) => `        (${at}) ${complete(values)} ;;`);
  const places = positional.length === 0 ? ":" : `case $at in\n${positional.join("\n")}\n      esac`;
  return `    ("${name}")
      if [[ "\${words[CURRENT]}" == -* ]]; then items=(${flags}); _describe option items
      else ${places}
      fi ;;`;
}

function complete(values: Values): string {
  switch (values.kind) {
    case "words":
      return `items=(${values.words.join(" ")}); compadd -a items`;
    case "files":
      return "_files";
    case "commands":
      return "_command_names -e";
    case "anything":
      return ":";
    default:
      return `_keyward_names ${values.kind}`;
  }
}

/** `'name:what it does'`; a colon within the name is written with a backslash. */
function described(name: string, summary: string): string {
  return `'${name.replaceAll(":", "\\:")}:${summary.replaceAll("'", "'\\''")}'`;
}
