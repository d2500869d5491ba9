// `keyward connection set`: an account at a service, by an id of one's own, with a secret of the vault or without any.
// A key itself is never taken: --secret-id is the name of a secret.
import { KeywardError } from "../../../core/errors.ts";
import { checkName } from "../../../core/names.ts";
import {
  checkScope,
  checkLabelledKind,
  DEFAULT_SCOPE,
  isPlainName,
  SECRET_NAME_PATTERN,
  LABELLED_KINDS,
} from "../../../core/vault/words.ts";
import { setConnectionAtHub } from "../../at-hub/hub-connections.ts";
import { isAtHub, type Via, VIA_OPTION } from "../../at-hub/hub-vault.ts";
import type { Context } from "../../context.ts";
import { define } from "../../define.ts";
import { labelledObject } from "../../show/all-connections.ts";
import { prepareSecrets } from "../../vault/with-variables.ts";

interface SetArguments extends Via {
  readonly scope?: string;
  readonly origin?: readonly string[];
  readonly id?: string;
  readonly kind?: string;
  readonly label?: string;
  readonly secretId?: string;
  /** false with --no-auth. */
  readonly auth: boolean;
  readonly provider?: string;
  readonly force?: boolean;
}

const MAX_LABEL_CHARS = 200;

export const connectionSet = define<SetArguments>({
  name: "connection set",
  summary: "set up a connection that refers to a secret of the vault",
  details: `Kinds: ${LABELLED_KINDS.join(", ")}.
Where a provider stands behind it (of the kind's own name, or --provider), runs use it as that provider's connection
of the same name: the secret is read with every use, so a new version of it counts at once. Setting an id again
changes it. Removing a connection leaves its secret.`,
  options: [
    { flags: "--id <id>", summary: "your name for it: a-z, 0-9, '.', '_', '-'" },
    { flags: "--kind <kind>", summary: "what it is about" },
    { flags: "--label <text>", summary: "words for people" },
    { flags: "--secret-id <name>", summary: "the secret of the vault that it uses, by its name" },
    { flags: "--no-auth", summary: "it needs no secret" },
    { flags: "--provider <id>", summary: "the provider at which runs use it" },
    VIA_OPTION,
    { flags: "--scope <scope>", summary: "with --via hub: user, workspace or tenant (default: workspace)" },
    {
      flags: "--origin <origin>",
      summary:
        "with --via hub: where the secret may go, such as https://acme.atlassian.net; may be repeated (default: the provider's hosts)",
      repeat: true,
    },
    { flags: "--force", summary: "replace a login of the provider that has the same name" },
  ],
  examples: [
    { command: "keyward connection set --id bot --kind slack --label 'Team bot' --secret-id SLACK_BOT_TOKEN", does: "a Slack bot" },
    { command: "keyward connection set --id team --kind llm --label Team --provider openai --secret-id OPENAI_TEAM", does: "a team's key" },
    {
      command: "keyward connection set --via hub --id team --kind llm --label Team --provider openai --secret-id OPENAI_TEAM",
      does: "for the team: every daemon of the workspace has it within seconds",
    },
    { command: "keyward connection set --id nightly --kind cron --label Nightly --no-auth", does: "one without a secret" },
  ],
  run: async (args, context) => {
    if (isAtHub(args)) return await setAtHub(args, context);
    if (args.scope !== undefined || args.origin !== undefined) throw usage("--scope and --origin belong to --via hub");
    const params = { ...readParams(args), force: args.force === true };
    if (params.secret !== null) await prepareSecrets([params.secret], context);
    const { connection, replaced, notices } = await set(params, context);
    for (const notice of notices) context.out.note(notice);
    context.out.line(`${replaced ? "changed" : "set"} ${connection.id} (${connection.kind})`);
    context.out.object({ ...labelledObject(connection), replaced, notices });
  },
});

async function setAtHub(args: SetArguments, context: Context): Promise<void> {
  const { id, kind, label, secret, provider } = readParams(args);
  const scope = checkScope(args.scope ?? DEFAULT_SCOPE);
  const wanted = { provider: provider ?? kind, name: id, kind, label, scope, secret, origins: args.origin ?? [] };
  const { connection, replaced } = await setConnectionAtHub(wanted, context);
  context.out.line(`${replaced ? "changed" : "set"} ${wanted.provider} (${id}) at the hub, ${connection.id}`);
  context.out.object({ ...connection, replaced });
}

type SetParams = ReturnType<typeof readParams> & { readonly force: boolean };

async function set(params: SetParams, context: Context) {
  try {
    return await context.call("labelled.set", { profile: context.profile, ...params });
  } catch (error) {
    const isUnknown = error instanceof KeywardError && error.code === "SECRET_UNKNOWN";
    throw isUnknown && params.secret !== null && !isPlainName(params.secret) ? notAName() : error;
  }
}

// oxlint-disable-next-line typescript/explicit-function-return-type -- the type is what it returns
function readParams({ id, kind, label, secretId, auth, provider }: SetArguments) {
  if (id === undefined || kind === undefined || label === undefined) {
    const missing = [id === undefined && "--id", kind === undefined && "--kind", label === undefined && "--label"];
    throw usage(`connection set needs ${missing.filter((flag) => flag !== false).join(", ")}`);
  }
  const checkedKind = checkLabelledKind(kind);
  if (secretId === undefined && auth) throw usage("connection set needs one of --secret-id and --no-auth");
  if (secretId !== undefined && !auth) throw usage("--secret-id and --no-auth exclude each other");
  if (label.trim() === "" || label.length > MAX_LABEL_CHARS) throw usage(`--label has 1 to ${MAX_LABEL_CHARS} characters`);
  if (secretId !== undefined && !SECRET_NAME_PATTERN.test(secretId)) throw notAName();
  return { id: checkName("connection", id), kind: checkedKind, label, secret: secretId ?? null, provider: provider ?? null };
}

function usage(message: string): KeywardError {
  return new KeywardError("USAGE", message, { hint: "keyward connection set --help" });
}

/** Not repeated: it may be the key. */
function notAName(): KeywardError {
  return new KeywardError("KEY_IN_ARGV", "--secret-id takes the name of a secret that is in the vault, never a key itself", {
    hint: "keyward vault put NAME --stdin, then --secret-id NAME",
  });
}
