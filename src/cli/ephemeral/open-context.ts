// The context of one command: at the user's home, or at one that ends with the command. In: the command's name and words. Out: a Context.
// KEYWARD_EPHEMERAL asks for the latter; a run that brings its own values gets it where there is no home to speak of.
import { readVariable } from "../../config/environment.ts";
import { resolvePaths } from "../../config/paths.ts";
import { type Context, createContext, type World } from "../context.ts";
import { soundGlobal } from "../input/sound-global.ts";
import type { GlobalOptions } from "../parse.ts";
import { openEphemeralWorld, refuseStoring } from "./ephemeral-world.ts";
import { isEphemeral, isHomeless } from "./temporary-home.ts";

export interface Opening {
  readonly world: World;
  readonly global: GlobalOptions;
  readonly args: Readonly<Record<string, unknown>>;
}

/** @throws NAME_INVALID, HOME_UNUSABLE, USAGE for a command that would store something that ends at once */
export function openContext(name: string, { world, global, args }: Opening): Context {
  const { environment } = world;
  const isOwn = args["daemonSocket"] === undefined;
  const bringsOwn = args["fromEnv"] !== undefined || readVariable("KEYWARD_TOKEN", environment) !== undefined;
  const isNeeded = name === "run" && bringsOwn && isOwn && isHomeless(environment);
  if (!isEphemeral(environment) && !isNeeded) return createContext(world, soundGlobal(name, world, global));
  refuseStoring(name);
  const { paths, world: own, end } = openEphemeralWorld(world, resolvePaths(environment));
  return createContext(own, global, { paths, end });
}
