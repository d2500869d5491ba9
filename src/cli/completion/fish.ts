// The completion script for fish. In: the model. Out: a script for ~/.config/fish/completions/keyward.fish.
import type { CompletedCommand, CompletedOption, CompletionModel, Values } from "./model.ts";

export function fishScript(model: CompletionModel): string {
  const groups = Object.keys(model.groups);
  const singles = model.commands.filter(({ name }) => !name.includes(" "));
  return `# fish completion for keyward; load it with: keyward completion fish | source
function __keyward_names
    set -l found (keyward completion --names $argv[1] 2>/dev/null)
    if test -z "$found" -a "$argv[1]" = providers
        set found ${model.providers.join(" ")}
    end
    printf '%s\\n' $found
end
function __keyward_command
    set -l cmd
    for word in (commandline -opc)[2..-1]
        switch $word
            case '-*'
            case '*'
                set -a cmd $word
                if not contains -- "$cmd[1]" ${groups.join(" ")}; or test (count $cmd) -ge 2
                    break
                end
        end
    end
    echo "$cmd"
end
function __keyward_is
    test (__keyward_command) = "$argv[1]"
end
complete -c keyward -f
${singles.map(({ name, summary }) => `complete -c keyward -n '__keyward_is ""' -a ${name} -d ${quote(summary)}`).join("\n")}
${groups.map((group) => `complete -c keyward -n '__keyward_is ""' -a ${group} -d ${quote(model.groups[group] ?? "")}`).join("\n")}
${model.globals.map((option) => optionLine("", option)).join("\n")}
${model.commands.flatMap(commandLines).join("\n")}
`;
}

function commandLines(command: CompletedCommand): string[] {
  const { name, summary, options, args } = command;
  const [group, verb] = name.split(" ");
  const own = verb === undefined ? [] : [`complete -c keyward -n '__keyward_is ${group}' -a ${verb} -d ${quote(summary)}`];
  const first = args[0] === undefined ? "" : words(args[0]);
  const places = first === "" ? [] : [`complete -c keyward -n '__keyward_is "${name}"' ${first}`];
  return [...own, ...options.map((option) => optionLine(name, option)), ...places];
}

function optionLine(command: string, { flag, summary, values }: CompletedOption): string {
  const where = command === "" ? "" : ` -n '__keyward_is "${command}"'`;
  const value = values === null ? "" : ` -r ${words(values)}`;
  return `complete -c keyward${where} -l ${flag.slice(2)} -d ${quote(summary)}${value.trimEnd()}`;
}

function words(values: Values): string {
  switch (values.kind) {
    case "words":
      return `-a '${values.words.join(" ")}'`;
    case "files":
      return "-F";
    case "commands":
      return "-a '(__fish_complete_command)'";
    case "anything":
      return "";
    default:
      return `-a '(__keyward_names ${values.kind})'`;
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
