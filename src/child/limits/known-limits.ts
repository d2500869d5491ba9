// Programs known not to work through the run's proxy, whatever variables they are given: certs/limits.json.
// In: the command of a run. Out: one line that says why and what to do instead, or null. Read at every `keyward run`, so it loads
// nothing else; a list that cannot be read warns of nothing, because the program itself may start all the same. The documentation,
// the probes of `doctor --clients` and the matrix of real clients speak of the same entries by their ids.
import { readFileSync } from "node:fs";
import { basename } from "node:path";

export interface KnownLimit {
  readonly id: string;
  readonly client: string;
  /** Names of programs; none for what cannot be seen in a command. */
  readonly commands: readonly string[];
  /** Options that already are the way around it. */
  readonly unless?: readonly string[];
  /** Where it is a limit, as process.platform says; everywhere without it. */
  readonly platforms?: readonly string[];
  readonly problem: string;
  readonly instead: string;
}

/** certs lies three levels above both src/child/limits and dist/child/limits. */
const FILE = new URL("../../../certs/limits.json", import.meta.url);

/** Every known limit, in the order of the documentation. */
export function readKnownLimits(): readonly KnownLimit[] {
  const { clients } = JSON.parse(readFileSync(FILE, "utf8")) as { clients: KnownLimit[] };
  return clients;
}

/** `wget2 gets no key through keyward: …`, for the program itself or behind `env`, `nice`, `nohup`, `time`, `timeout`. */
export function findKnownLimit(command: readonly string[], platform: string = process.platform): string | null {
  const names = programNames(command);
  const limit = limits().find(
    ({ commands, platforms }) => (platforms?.includes(platform) ?? true) && names.some((name) => commands.includes(name)),
  );
  if (limit === undefined || command.some((word) => limit.unless?.some((option) => word.startsWith(option)))) return null;
  const name = names.find((candidate) => limit.commands.includes(candidate)) ?? limit.client;
  return `${name} gets no key through keyward as it is: it ${limit.problem}; ${limit.instead}`;
}

function limits(): readonly KnownLimit[] {
  try {
    return readKnownLimits();
  } catch {
    return [];
  }
}

/** Each with those of its options whose value is a word of its own. */
const WRAPPERS: Readonly<Record<string, readonly string[]>> = {
  env: ["-u", "--unset", "-C", "--chdir"],
  nice: ["-n", "--adjustment"],
  nohup: [],
  stdbuf: ["-i", "-o", "-e"],
  time: ["-f", "-o"],
  timeout: ["-s", "--signal", "-k", "--kill-after"],
};

/** The program, and what the wrappers in front of it start: the first word that is no option, number or assignment. */
function programNames(command: readonly string[]): string[] {
  const [first, ...rest] = command;
  if (first === undefined) return [];
  const name = basename(first).replace(/\.exe$/i, "");
  const valued = Object.hasOwn(WRAPPERS, name) ? WRAPPERS[name] : undefined;
  if (valued === undefined) return [name];
  const next = rest.findIndex((word, at) => !/^-|^\d|^\w+=/.test(word) && !valued.includes(rest[at - 1] ?? ""));
  return next < 0 ? [name] : [name, ...programNames(rest.slice(next))];
}

/** The entry that a probe or a row of the matrix names. @throws Error for an id of none: a mistake of the project */
export function requireKnownLimit(id: string): KnownLimit {
  const limit = readKnownLimits().find((candidate) => candidate.id === id);
  if (limit === undefined) throw new Error(`certs/limits.json has no limit '${id}'`);
  return limit;
}
