// `keyward get`: one connection's facts, its secrets redacted unless they are asked for by name (--show-secret, see reveal.ts).
import type { ConnectionInfo } from "../../control/protocol.ts";
import { KeywardError } from "../../core/errors.ts";
import { checkName } from "../../core/names.ts";
import type { Context } from "../context.ts";
import { define } from "../define.ts";
import { revealConnections } from "../acts/reveal.ts";
import { connectionObject } from "../show/connections.ts";

interface GetArguments {
  readonly provider: string;
  readonly connection?: string;
  readonly field?: string;
  readonly showSecret?: boolean;
  readonly yes?: boolean;
}

const REDACTED = "[redacted]";

export const get = define<GetArguments>({
  name: "get",
  summary: "show one connection, secrets redacted",
  details: `--field prints one bare value: a fact (status, kind, default, hosts, env, expires_at …) or a field of the provider.
A secret field needs --show-secret, which wants a terminal or --yes, is audited, and is refused inside keyward run.`,
  args: [{ name: "<provider>", summary: "id of the provider" }],
  options: [
    { flags: "--connection <name>", summary: "which connection (default: the provider's default)" },
    { flags: "--field <name>", summary: "print this value alone" },
    { flags: "--show-secret", summary: "print the real key" },
    { flags: "--yes", summary: "print it without a terminal" },
  ],
  examples: [
    { command: "keyward get openai", does: "facts, with the key redacted" },
    { command: "keyward get openai --field status", does: "connected" },
    { command: "keyward get openai --field key --show-secret", does: "the real key, bare" },
  ],
  run: async (args, context) => {
    const connection = args.connection === undefined ? null : checkName("connection", args.connection);
    const target = { profile: context.profile, provider: args.provider, connection };
    // Refused or confirmed first: nothing about a secret is looked up for someone who may not have it.
    const shown = { provider: args.provider, connection, yes: args.yes === true };
    const [revealed] = args.showSecret === true ? (await revealConnections(shown, context)).connections : [];
    const info = await context.call("connection.get", target);
    const secrets = Object.fromEntries(Object.keys(info.placeholders).map((name) => [name, revealed?.fields[name] ?? REDACTED]));
    if (args.field !== undefined) return printField(args.field, { info, secrets, isRevealed: revealed !== undefined }, context);
    const object: Record<string, unknown> = { ...connectionObject(info), fields: { ...info.publicFields, ...secrets } };
    context.out.object(object);
    context.out.facts([...factsOf(info), ...Object.entries(info.publicFields)]);
    if (context.out.json) return;
    // A revealed value is printed exactly: it may hold anything, and a changed key is worth nothing.
    for (const [name, value] of Object.entries(secrets)) context.out.raw(`${name}: ${value}\n`);
  },
});

type Fact = string | boolean | null | readonly string[];

interface Known {
  readonly info: ConnectionInfo;
  readonly secrets: Readonly<Record<string, string>>;
  readonly isRevealed: boolean;
}

function printField(name: string, { info, secrets, isRevealed }: Known, { out }: Context): void {
  const values: Readonly<Record<string, Fact>> = { ...connectionObject(info), ...info.publicFields, ...secrets };
  if (!Object.hasOwn(values, name)) {
    throw new KeywardError("FIELD_UNKNOWN", `there is no such field; the fields are ${Object.keys(values).join(", ")}`);
  }
  if (Object.hasOwn(secrets, name) && !isRevealed) {
    throw new KeywardError("USAGE", `'${name}' is secret`, { hint: `keyward get ${info.provider} --field ${name} --show-secret` });
  }
  const value = values[name] ?? "";
  out.object({ [name]: value });
  if (!out.json) out.raw(`${typeof value === "object" ? value.join("\n") : String(value)}\n`);
}

function factsOf(info: ConnectionInfo): [string, string][] {
  return Object.entries(connectionObject(info)).map(([name, value]) => [
    name,
    typeof value === "object" ? (value?.join(", ") ?? "never") : String(value),
  ]);
}
