// A source's places → the paths to look at on this machine. In: places, the home directory, the environment, the system.
// Out: absolute paths, those a variable names first: they are where the tool itself looks. Confined to a directory, no variable counts.
import { readdirSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { Environment } from "../../config/environment.ts";
import type { Format, Place, Platform, Source } from "../source.ts";

export interface Machine {
  readonly home: string;
  /** Look nowhere else, whatever variables and links say. */
  readonly confined: boolean;
  readonly environment: Environment;
  readonly platform: Platform;
}

export interface Located {
  readonly path: string;
  readonly format: Format;
}

/** A directory full of files is not searched to its end. */
const MAX_MATCHES = 200;
/** Where Windows keeps these when nothing says otherwise. */
const WINDOWS: Readonly<Record<string, string>> = { APPDATA: "AppData/Roaming", LOCALAPPDATA: "AppData/Local" };

export function locate(source: Pick<Source, "places" | "format">, machine: Machine): Located[] {
  const here = source.places.filter((place) => place.on?.includes(machine.platform) ?? true);
  const named = here.filter((place) => place.path.startsWith("$"));
  const found = [...named, ...here.filter((place) => !named.includes(place))].flatMap((place) =>
    pathsOf(place, machine).map((path) => ({ path, format: place.format ?? source.format })),
  );
  return found.filter(({ path }, at) => found.findIndex((other) => other.path === path) === at);
}

function pathsOf(place: Place, machine: Machine): string[] {
  const path = absolute(place.path, machine);
  return path === null ? [] : path.includes("*") ? expand(path) : [path];
}

function absolute(path: string, { home, confined, environment }: Machine): string | null {
  if (path.startsWith("~/")) return join(home, path.slice(2));
  const [, name = "", rest = ""] = /^[$%]([A-Z_0-9]+)%?(.*)$/.exec(path) ?? [];
  const value = confined ? undefined : environment[name];
  const fallback = WINDOWS[name];
  if (value !== undefined && isAbsolute(value)) return join(value, rest);
  return fallback === undefined ? null : join(home, fallback, rest);
}

/** `*` in names alone, never across directories. In the order of the alphabet, so that every run says the same. */
function expand(pattern: string): string[] {
  const [head = "", ...tail] = pattern.split("/");
  let paths = [head];
  for (const part of tail) {
    if (!part.includes("*")) paths = paths.map((path) => `${path}/${part}`);
    else {
      const wanted = new RegExp(`^${part.split("*").map(escapeText).join(".*")}$`);
      paths = paths
        .flatMap((path) => namesIn(path).flatMap((name) => (wanted.test(name) ? [`${path}/${name}`] : [])))
        .slice(0, MAX_MATCHES);
    }
  }
  return paths;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}

function escapeText(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
