// What of the project file counts for a run. Its rules always do: they can only narrow. What it wishes to bind counts once the user has
// allowed the file. In: the file and whether the command line says itself what to bind. Out: the file as far as it counts, or
// PROJECT_NOT_ALLOWED: a repository just cloned must not decide which account is used.
import { KeywardError } from "../../core/errors.ts";
import type { Context } from "../context.ts";
import type { ProjectFile } from "../run/project-file.ts";
import { readPermission } from "./permission.ts";

export interface ProjectUse {
  /** --provider, --connection or --from-env: nothing is bound by the file's wish alone. */
  readonly isSaid: boolean;
  /** Something is started; else it is only shown. */
  readonly isBinding: boolean;
}

/** @throws PROJECT_NOT_ALLOWED */
export function trustProject(project: ProjectFile | null, { isSaid, isBinding }: ProjectUse, { paths, out }: Context): ProjectFile | null {
  if (project === null || !wishesToBind(project)) return project;
  const permission = readPermission(paths, project);
  if (permission === "allowed") return project;
  const what = permission === "changed" ? "has changed since it was allowed" : "is not allowed yet";
  if (!isBinding) {
    out.warn(`${project.path} ${what}: a run would bind nothing (keyward allow)`);
    return project;
  }
  if (isSaid) {
    out.note(`${project.path} ${what}: its rules count, its connections and variables do not`);
    return { ...project, connections: {}, env: {} };
  }
  throw new KeywardError("PROJECT_NOT_ALLOWED", `${project.path} says what to bind and ${what}`, {
    hint: "read it, then: keyward allow",
    detail: { path: project.path },
  });
}

export function wishesToBind({ providers, connections, env }: ProjectFile): boolean {
  return providers.length > 0 || Object.keys(connections).length > 0 || Object.keys(env).length > 0;
}
