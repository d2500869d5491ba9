// The completion script for bash 3.2 and later. In: the model. Out: a script to be sourced. Names that change are asked of keyward itself,
// which starts nothing for that; everything else stands in the script.
import type { CompletedCommand, CompletedOption, CompletionModel, Values } from "./model.ts";

export function bashScript(model: CompletionModel): string {
  const names = model.commands.map(({ name }) => name);
  const groups = Object.keys(model.groups);
  const top = [...new Set([...names.filter((name) => !name.includes(" ")), ...groups, "help"])];
  return `# bash completion for keyward; load it with: source <(keyward completion bash)
_keyward_names() {
  local found
  found=$(keyward completion --names "$1" 2>/dev/null)
  if [ -z "$found" ] && [ "$1" = providers ]; then found="${model.providers.join(" ")}"; fi
  printf '%s' "$found"
}
_keyward() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" cmd="" at=0 i word subs opts=""
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "$word" in
      --) compopt -o default 2>/dev/null; return ;;
      --profile) ((i++)) ;;
      -*) ;;
      *)
        if [ -z "$cmd" ]; then cmd="$word"
        else
          case "$cmd" in
            ${groups.join("|")}) cmd="$cmd $word" ;;
            *) case "\${COMP_WORDS[i-1]}" in --*) ;; *) ((at++)) ;; esac ;;
          esac
        fi ;;
    esac
  done
  case "$cmd" in
    "") COMPREPLY=($(compgen -W "${[...top, ...model.globals.map(({ flag }) => flag)].join(" ")}" -- "$cur")); return ;;
${groups.map((group) => `    ${group}) COMPREPLY=($(compgen -W "${verbs(names, group).join(" ")} --help" -- "$cur")); return ;;`).join("\n")}
  esac
  case "$cmd $prev" in
${model.commands.flatMap((command) => command.options.flatMap((option) => valueCase(command, option))).join("\n")}
    *" --profile") COMPREPLY=($(compgen -W "$(_keyward_names profiles)" -- "$cur")); return ;;
  esac
  case "$cmd" in
${model.commands.map((command) => commandCase(command, model)).join("\n")}
  esac
}
complete -F _keyward keyward
`;
}

function verbs(names: readonly string[], group: string): string[] {
  return names.filter((name) => name.startsWith(`${group} `)).map((name) => name.slice(group.length + 1));
}

function valueCase({ name }: CompletedCommand, { flag, values }: CompletedOption): string[] {
  return values === null ? [] : [`    "${name} ${flag}") ${complete(values)}; return ;;`];
}

function commandCase({ name, options, args }: CompletedCommand, { globals }: CompletionModel): string {
  const flags = [...options, ...globals].map(({ flag }) => flag).join(" ");
  const positional = args.map((values, at) => `          ${at}) ${complete(values)} ;;`);
  const places = positional.length === 0 ? ":" : `case $at in\n${positional.join("\n")}\n        esac`;
  return `    "${name}")
      case "$cur" in
        -*) COMPREPLY=($(compgen -W "${flags}" -- "$cur")) ;;
        *) ${places} ;;
      esac ;;`;
}

function complete(values: Values): string {
  const from = (words: string): string => `COMPREPLY=($(compgen -W "${words}" -- "$cur"))`;
  switch (values.kind) {
    case "words":
      return from(values.words.join(" "));
    case "providers":
    case "connections":
    case "profiles":
      return from(`$(_keyward_names ${values.kind})`);
    case "references":
      return from("$(_keyward_names references)");
    case "files":
      return `COMPREPLY=($(compgen -f -- "$cur")); compopt -o filenames 2>/dev/null`;
    case "commands":
      return `COMPREPLY=($(compgen -c -- "$cur"))`;
    case "anything":
      return ":";
  }
}
