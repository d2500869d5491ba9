// `keyward creds discover`: what other tools keep, as a table, as shell assignments, or taken over. It needs no daemon but for --import.
// Values are written in one place only: as assignments, into a pipe or when --export asks for them.
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { userHome } from "../../../config/paths.ts";
import { KeywardError } from "../../../core/errors.ts";
import { discover, type Discovery } from "../../../discover/discover.ts";
import { releaseEnvironment } from "../../../discover/release/environment.ts";
import type { Platform } from "../../../discover/source.ts";
import { type ImportedRow, importFound, showImported } from "../../discover/import-found.ts";
import { type PushedRow, pushFound } from "../../discover/push-found.ts";
import type { Context } from "../../context.ts";
import { define } from "../../define.ts";
import { findingObject, showDiscovery } from "../../discover/show-discovery.ts";
import { quoteShell } from "../../text/quote.ts";

interface DiscoverArguments {
  readonly homedir?: string;
  /** true unless --no-oauth. */
  readonly oauth: boolean;
  readonly export?: boolean;
  readonly import?: boolean;
  readonly only?: readonly string[];
  readonly keychain?: boolean;
  readonly push?: boolean;
  readonly scope?: string;
  readonly yes?: boolean;
}

const PLATFORMS: Readonly<Record<string, Platform>> = { darwin: "macos", win32: "windows" };

export const credsDiscover = define<DiscoverArguments>({
  name: "creds discover",
  summary: "find the credentials that other tools keep on this machine",
  details: `Reads the files in which some eighty tools keep credentials (docs/discover.md lists them) and changes none. On a terminal
it prints where each one is, what it is for and when it ends, never its value. Into a pipe, or with --export on a terminal
too, it prints shell assignments sorted by name and nothing else: KEY='value', with --export before it 'export'. Of several
for one provider the source with the highest priority counts. Expired tokens are left out.
--import asks for each and stores it as a connection. What a tool renews itself is not copied, for that would log it out:
the connection refers to the tool's file where it can. Exit status 2 when a file cannot be read or understood; the others count all the same.`,
  options: [
    { flags: "--homedir <dir>", summary: "look below this directory only, whatever variables say" },
    { flags: "--no-oauth", summary: "leave OAuth tokens out" },
    { flags: "--export", summary: "print 'export KEY=…' lines, on a terminal too" },
    { flags: "--import", summary: "store them as connections, after a question each" },
    { flags: "--push", summary: "store them as secrets of the vault, named as the variables, after a masked table and a yes" },
    { flags: "--scope <scope>", summary: "with --push: user, workspace or tenant (default: workspace)" },
    { flags: "--yes", summary: "with --import and --push: do not ask" },
    { flags: "--only <names>", summary: "only these sources, providers or variables, separated by commas", repeat: true },
    { flags: "--keychain", summary: "look into the macOS keychain too, which asks you" },
  ],
  examples: [
    { command: "keyward creds discover", does: "see what is there" },
    { command: 'eval "$(keyward creds discover --export)"', does: "take the keys into this shell" },
    { command: "keyward creds discover --import --only openai,github", does: "store two of them" },
  ],
  run: async (args, context) => {
    refuseContradictions(args);
    const home = homeOf(args.homedir, context);
    const { out, world } = context;
    const platform = PLATFORMS[process.platform] ?? "linux";
    if (args.keychain === true && platform !== "macos") out.note("there is no macOS keychain here, so only files were read");
    const found = discover({
      machine: { home, confined: args.homedir !== undefined, environment: world.environment, platform },
      nowMs: world.nowMs(),
      oauth: args.oauth,
      only: wordsOf(args.only),
      keychain: args.keychain === true ? "system" : null,
    });
    const rows = args.import === true ? await importFound(found.findings, args.yes === true, context) : null;
    const pushed = args.push === true ? await pushFound(found.chosen, args, context) : null;
    const writesValues = rows === null && pushed === null && !out.json && (args.export === true || world.stdout.isTTY !== true);
    if (writesValues) out.raw(assignments(found, args.export === true));
    else report(found, { home, rows, pushed, context });
    if (found.problems.length > 0) throw problemError(found, context);
    return rows?.some(({ outcome }) => outcome === "refused") === true ? 1 : 0;
  },
});

function refuseContradictions(args: DiscoverArguments): void {
  const acts = [args.import === true && "--import", args.export === true && "--export", args.push === true && "--push"].filter(
    (flag) => flag !== false,
  );
  if (acts.length > 1) throw new KeywardError("USAGE", `${acts.join(" and ")} exclude each other`);
  if (args.yes === true && args.import !== true && args.push !== true)
    throw new KeywardError("USAGE", "--yes means nothing without --import or --push");
  if (args.scope !== undefined && args.push !== true) throw new KeywardError("USAGE", "--scope means nothing without --push");
  if (args.keychain === true && args.homedir !== undefined)
    throw new KeywardError("USAGE", "--homedir looks below a directory only, so --keychain means nothing with it");
}

/** @throws USAGE, INPUT_UNREADABLE */
function homeOf(asked: string | undefined, { world }: Context): string {
  if (asked === "") throw new KeywardError("USAGE", "--homedir needs a directory");
  const home = asked === undefined ? userHome(world.environment) : resolve(world.cwd, asked);
  if (asked === undefined || statSync(home, { throwIfNoEntry: false })?.isDirectory() === true) return home;
  throw new KeywardError("INPUT_UNREADABLE", `${asked} is not a directory`, { hint: "keyward creds discover --homedir DIR" });
}

function wordsOf(only: readonly string[] | undefined): string[] | null {
  if (only === undefined) return null;
  const words = only.flatMap((text) => text.split(",")).map((word) => word.trim());
  // A word may be anything, also a key that was pasted: it is not repeated.
  if (words.some((word) => !/^[A-Za-z0-9][\w.-]{0,63}$/.test(word)))
    throw new KeywardError("USAGE", "--only takes names of sources, providers or variables, separated by commas", {
      hint: "keyward creds discover --only openai,gh,GROQ_API_KEY",
    });
  return words;
}

function assignments({ chosen }: Discovery, exported: boolean): string {
  return releaseEnvironment(chosen)
    .map(([name, value]) => `${exported ? "export " : ""}${name}=${quoteShell(value)}\n`)
    .join("");
}

interface Report {
  readonly home: string;
  readonly rows: readonly ImportedRow[] | null;
  readonly pushed: readonly PushedRow[] | null;
  readonly context: Context;
}

function report(found: Discovery, { home, rows, pushed, context }: Report): void {
  const { out } = context;
  const { findings, chosen, problems, notes } = found;
  out.object({
    home,
    findings: findings.map((finding) => findingObject(finding, chosen)),
    problems: problems.map(({ source, path, reason }) => ({ source, path, reason })),
    notes,
    imported: rows,
    pushed,
  });
  if (rows !== null) showImported(rows, context);
  else if (pushed === null) showDiscovery(found, { home, context });
  if (!out.json) for (const note of notes) out.warn(note);
}

/** The first as the error, the others as warnings before it. */
function problemError({ problems }: Discovery, { out }: Context): KeywardError {
  const [first, ...others] = problems.map(({ path, reason }) => `${path}: ${reason}`);
  for (const text of others) out.warn(text);
  return new KeywardError("INPUT_UNREADABLE", first ?? "a file cannot be read", {
    hint: "mend or remove the file; what the others hold counts all the same",
  });
}
