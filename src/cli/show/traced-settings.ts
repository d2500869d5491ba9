// The settings of a command with where each comes from. In: the context. Out: the trace; what could not be read is said on stderr.
import { readVariable } from "../../config/environment.ts";
import { type SettingLayer, type Trace, traceSettings, type TracedSetting } from "../../config/trace-settings.ts";
import { SETTINGS } from "../../config/settings.ts";
import { toKeywardError } from "../../core/errors.ts";
import type { Context } from "../context.ts";
import { readProjectFile } from "../run/project-file.ts";
import { shownSetting, shownText } from "./settings.ts";

export function traceHere({ paths, world, profile, out }: Context): Trace["settings"] {
  const { environment } = world;
  const isFlag = profile !== null && profile !== readVariable("KEYWARD_PROFILE", environment);
  const trace = traceSettings({
    paths,
    environment,
    flags: isFlag ? { profile: { name: "--profile", value: profile } } : {},
    project: projectValues(world.cwd, (text) => out.warn(text)),
  });
  for (const warning of trace.warnings) out.warn(warning);
  return trace.settings;
}

/** The one thing of a project file that is a setting as well. */
function projectValues(cwd: string, warn: (text: string) => void): Parameters<typeof traceSettings>[0]["project"] {
  try {
    const project = readProjectFile(cwd);
    if (project?.layer.denyUnmatched !== true) return null;
    return { path: project.path, values: { "run.deny_unmatched": true } };
  } catch (error) {
    warn(`ignoring unreadable keyward.json: ${toKeywardError(error).message}`);
    return null;
  }
}

/** To be looked at. */
export function tracedObject({ key, value, source, where, shadows, unset }: TracedSetting): Record<string, unknown> {
  const hidden = shadows.map((layer) => ({ source: layer.source, where: layer.where, value: shownSetting(layer.value) }));
  return { key, value: shownSetting(value), source, where, shadows: hidden, unset, meaning: SETTINGS[key].doc };
}

export function describeLayer({ source, where, value }: SettingLayer): string {
  return `${where ?? source} (${shownText(value) || "empty"})`;
}
