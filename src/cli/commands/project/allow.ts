// `keyward allow`: the user has read a project's keyward.json and lets it say what runs bind. Holds for this content at this path.
// In: a file or its directory. Out: the permission in keyward's home, and what it lets runs do, in words.
import { statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { readParentNetwork } from "../../../child/inherited/parent-network.ts";
import { ensureHome } from "../../../config/home.ts";
import { KeywardError } from "../../../core/errors.ts";
import type { Context } from "../../context.ts";
import { define } from "../../define.ts";
import { allowProject, hashContent, readPermission, revokePermission } from "../../project/permission.ts";
import { FILE_NAME, isVaultText, type ProjectFile, readProjectFile } from "../../run/project-file.ts";

interface AllowArguments {
  readonly path?: string;
  readonly revoke?: boolean;
  readonly check?: boolean;
}

export const allow = define<AllowArguments>({
  name: "allow",
  summary: "let a project file say what runs bind",
  details: `A repository just cloned must not decide which of your accounts a program uses: until its keyward.json is allowed,
run refuses to bind by it. The permission is kept in keyward's home, for this content at this path; a change needs a
new one. Its rules count in any case, because they can only narrow.`,
  args: [{ name: "[path]", summary: "the file or its directory (default: the file that run would read here)" }],
  options: [
    { flags: "--revoke", summary: "take the permission back" },
    { flags: "--check", summary: "change nothing; ends with 8 when it is not allowed" },
  ],
  examples: [
    { command: "keyward allow", does: "after reading keyward.json" },
    { command: "keyward allow --revoke", does: "take it back" },
  ],
  run: async (args, context) => {
    if (args.revoke === true && args.check === true) throw new KeywardError("USAGE", "--revoke and --check exclude each other");
    if (args.check !== true) refuseInRun(context);
    if (args.revoke === true) return revoke(args, context);
    const project = find(args.path, context);
    const before = readPermission(context.paths, project);
    if (args.check !== true) {
      ensureHome(context.paths);
      allowProject(context.paths, project);
    }
    const isAllowed = args.check !== true || before === "allowed";
    show(project, isAllowed, context);
    return isAllowed ? 0 : 8;
  },
});

/** @throws INPUT_UNREADABLE, RULE_INVALID */
function find(path: string | undefined, { world }: Context): ProjectFile {
  const directory = path === undefined ? world.cwd : directoryOf(resolve(world.cwd, path));
  const isNamed = path === undefined || basename(resolve(world.cwd, path)) === FILE_NAME || directory === resolve(world.cwd, path);
  const project = isNamed ? readProjectFile(directory) : null;
  if (project !== null && (path === undefined || dirname(project.path) === directory)) return project;
  throw new KeywardError("INPUT_UNREADABLE", `there is no ${FILE_NAME} ${path === undefined ? "here" : `at ${path}`}`, {
    hint: "keyward init",
  });
}

/** Of a file that is gone, the permission can still be taken back. */
function revoke({ path }: AllowArguments, { out, paths, world }: Context): void {
  const file =
    path === undefined ? (readQuietly(world.cwd) ?? join(world.cwd, FILE_NAME)) : join(directoryOf(resolve(world.cwd, path)), FILE_NAME);
  const revoked = revokePermission(paths, file);
  out.line(revoked ? `${file} is not allowed any more` : `${file} was not allowed`);
  out.object({ path: file, allowed: false, revoked });
}

/** A file that became invalid must not keep its permission. */
function readQuietly(cwd: string): string | null {
  try {
    return readProjectFile(cwd)?.path ?? null;
  } catch (error) {
    const named = error instanceof KeywardError ? /^(?:cannot read )?(\S.*keyward\.json)/.exec(error.message)?.[1] : undefined;
    return named ?? null;
  }
}

function directoryOf(path: string): string {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? path : dirname(path);
}

/** What runs under keyward is what must not allow itself. */
function refuseInRun({ world }: Context): void {
  if (readParentNetwork(world.environment, null).within === null) return;
  throw new KeywardError("PROJECT_NOT_ALLOWED", "a program inside of a run cannot allow a project", { hint: "call it outside of the run" });
}

function show({ path, text, providers, connections, env, layer }: ProjectFile, isAllowed: boolean, { out }: Context): void {
  out.object({ path, allowed: isAllowed, sha256: hashContent(text), providers, connections, env, rules: layer.rules.length });
  out.line(isAllowed ? `${path} is allowed as it is now` : `${path} is not allowed`, isAllowed ? "good" : "bad");
  const names = Object.entries(connections).map(([provider, name]) => `${provider} (${name})`);
  if (providers.length > 0) out.line(`  binds ${providers.join(", ")}`);
  if (names.length > 0) out.line(`  uses ${names.join(", ")}`);
  for (const [name, target] of Object.entries(env)) {
    out.line(
      isVaultText(target)
        ? `  sets ${name} to ${target}: the program gets the stored value itself`
        : `  sets ${name} to a placeholder of ${target}`,
    );
  }
}
