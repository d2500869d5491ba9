// The child's environment, with what there is to say about it. In: the started run and where the child can read files.
// Out: variables; notices go to stderr. The files that variables name are written where this child can read them.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../../config/environment.ts";
import type { RunStarted } from "../../control/protocol.ts";
import type { Context } from "../context.ts";
import { sweepInherited } from "./sweep.ts";

export interface ChildPlace {
  /** For certificates, bundles and the preload; the state directory when the child is in no sandbox. */
  readonly directory: string;
  /** The child sees none of the user's files: what they say must not reach it in a copy. */
  readonly isSandboxed: boolean;
}

export interface RunToDress {
  readonly started: RunStarted;
  readonly keepEnv: readonly string[];
  /** null = the state directory, no sandbox. */
  readonly place: ChildPlace | null;
}

export async function buildRunEnvironment({ started, keepEnv, place }: RunToDress, context: Context): Promise<Record<string, string>> {
  const [{ buildChildEnvironment }, { shippedPreload }] = await Promise.all([
    import("../../child/environment.ts"),
    import("../../child/install-preload.ts"),
  ]);
  // Another user's daemon would answer what its secrets are not, and this user has none of them.
  const swept = started.caPem === undefined ? await sweepInherited({ started, keepEnv }, context) : context.world.environment;
  const inherited = withoutOwnSecrets(swept, keepEnv);
  const directory = place?.directory ?? context.paths.state;
  const isSandboxed = place?.isSandboxed === true;
  // A sandbox ends with all that is in it, and shows nothing of where keyward is installed.
  const preloadPath = context.isHomeTemporary && !isSandboxed ? shippedPreload(context.world.cwd) : null;
  const { env, notices } = buildChildEnvironment({
    inherited: isSandboxed ? { ...inherited, WGETRC: undefined } : inherited,
    started: place === null ? started : await withOwnCertificate(started, directory),
    keepEnv,
    stateDirectory: directory,
    ...(preloadPath === null ? {} : { preloadPath }),
    ...(isSandboxed ? { homeDirectory: directory } : {}),
  });
  // Each says that something of the user's could not be kept.
  for (const notice of notices) context.out.warn(notice);
  return env;
}

/** What opens a hub, as this command found it: with it a program could fetch for itself what it is only to use. */
const OWN_SECRETS = ["KEYWARD_TOKEN", "KEYWARD_HUB_KEY", "KEYWARD_HUB_DATABASE", "KEYWARD_HUB_OWNER_DATABASE", "KEYWARD_HUB_OIDC_SECRET"];

function withoutOwnSecrets(environment: Environment, keepEnv: readonly string[]): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !OWN_SECRETS.includes(name) || keepEnv.includes(name)));
}

/** The same run with a copy of its certificate where the child can read it. */
async function withOwnCertificate(started: RunStarted, directory: string): Promise<RunStarted> {
  const { writeOnce } = await import("../../child/write-once.ts");
  const pem = started.caPem ?? readFileSync(started.caCertificatePath, "utf8");
  const path = join(directory, `ca-${createHash("sha256").update(pem).digest("hex").slice(0, 16)}.pem`);
  writeOnce(path, pem);
  return { ...started, caCertificatePath: path };
}
