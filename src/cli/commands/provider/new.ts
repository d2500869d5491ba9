// `keyward provider new`: asks the few questions that describe a service, and keeps the definition that follows from the answers.
// In: options, and answers on a terminal for what they leave open. Out: a file of the custom directory, written by the daemon after its check.
import { KeywardError } from "../../../core/errors.ts";
import { PROVIDER_ID_PATTERN } from "../../../core/names.ts";
import { type Draft, draftProvider, type ProviderAnswers, WAYS } from "../../acts/draft-provider.ts";
import type { Context } from "../../context.ts";
import { define } from "../../define.ts";

interface NewArguments {
  readonly id?: string;
  readonly name?: string;
  readonly host?: readonly string[];
  readonly send?: string;
  readonly env?: readonly string[];
  readonly category?: string;
  readonly keysUrl?: string;
  readonly docsUrl?: string;
  readonly force?: boolean;
  readonly print?: boolean;
}

export const providerNew = define<NewArguments>({
  name: "provider new",
  summary: "describe a service of your own in a few answers",
  details: `Asks on a terminal for what the options do not say. The definition is checked and kept like one that was added; edit
the file it names for more: several fields, several ways to send them, patterns, a check (docs/providers.md).
Ways to send the key:
${WAYS.map(([way, means]) => `- ${way}: ${means}`).join("\n")}`,
  args: [{ name: "[id]", summary: "what you will type: lower-case letters, digits and '-'" }],
  options: [
    { flags: "--name <text>", summary: "what people read (default: the id)" },
    {
      flags: "--host <host>",
      summary: "where the key may go: api.example.com, *.example.com, {tenant}.example.com, with /path",
      repeat: true,
    },
    { flags: "--send <way>", summary: "how the key is sent: bearer, header:NAME, query:NAME, basic or basic:USER" },
    { flags: "--env <name>", summary: "variable that programs read the key from", repeat: true },
    { flags: "--category <name>", summary: "see keyward provider list (default: other)" },
    { flags: "--keys-url <url>", summary: "page where a person creates a key" },
    { flags: "--docs-url <url>", summary: "page about authentication" },
    { flags: "--force", summary: "replace your own, or stand in front of a bundled one" },
    { flags: "--print", summary: "print the definition and keep nothing" },
  ],
  examples: [
    { command: "keyward provider new", does: "asks for everything" },
    {
      command: "keyward provider new acme --host api.acme.com --send header:X-Api-Key --env ACME_API_KEY",
      does: "asks for nothing",
    },
  ],
  run: async (args, context) => {
    const { out, call } = context;
    const draft = draftProvider(await answer(args, context));
    const text = `${JSON.stringify(draft, null, 2)}\n`;
    await refuseUnsound(draft, text, context);
    if (args.print === true) {
      for (const line of text.trimEnd().split("\n")) out.line(line);
      out.object(draft);
      return;
    }
    const added = await call("provider.add", { path: "the new definition", text, force: args.force === true });
    out.line(`added ${added.id} (${added.path})`);
    out.line(`next: keyward login ${added.id}`);
    out.object({ id: added.id, path: added.path, definition: draft });
  },
});

/** Before anybody answers questions. @throws PROVIDER_EXISTS */
async function refuseTaken(id: string, { call, profile }: Context): Promise<void> {
  const { providers } = await call("provider.list", { profile });
  if (!providers.some((provider) => provider.id === id)) return;
  throw new KeywardError("PROVIDER_EXISTS", `there is a definition of '${id}' already`, {
    hint: `keyward provider show ${id}, or add --force to go before it`,
  });
}

async function refuseUnsound(draft: Draft, text: string, { call }: Context): Promise<void> {
  const { problems } = await call("provider.validate", { path: String(draft["id"]), text });
  const [problem] = problems;
  if (problem === undefined) return;
  throw new KeywardError("PROVIDER_INVALID", problem.replace(/^[^:]*:\d+: /, ""), { detail: { problems } });
}

async function answer(args: NewArguments, context: Context): Promise<ProviderAnswers> {
  const id = args.id ?? (await ask(context, "Id, as you will type it", "the id as an argument"));
  // Before anybody answers more questions.
  if (!PROVIDER_ID_PATTERN.test(id)) {
    throw new KeywardError("NAME_INVALID", "the id of a provider is 1 to 64 of a-z, 0-9 or '-' and starts with a letter or digit");
  }
  if (args.force !== true && args.print !== true) await refuseTaken(id, context);
  const hosts = args.host ?? words(await ask(context, "Hosts the key may go to (api.example.com …)", "--host"));
  const send = args.send ?? ((await askWay(context)) || "bearer");
  const isAsked = context.ask.canAsk && (args.id === undefined || args.host === undefined || args.send === undefined);
  const env = args.env ?? (isAsked ? words(await ask(context, "Variables programs read it from (none: Enter)", "--env")) : []);
  const keysUrl =
    args.keysUrl ?? (isAsked ? (await ask(context, "Page where a key is created (none: Enter)", "--keys-url")) || null : null);
  return { id, name: args.name ?? id, category: args.category ?? "other", hosts, send, env, keysUrl, docsUrl: args.docsUrl ?? null };
}

async function askWay(context: Context): Promise<string> {
  for (const [way, means] of context.ask.canAsk ? WAYS : []) context.out.tell(`  ${way.padEnd(12)} ${means}`);
  return ask(context, "How the key is sent (Enter: bearer)", "--send");
}

async function ask({ ask: asker }: Context, label: string, instead: string): Promise<string> {
  return (await asker.text({ label, instead, cancelled: "CONFIRMATION_NEEDED" })).trim();
}

function words(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== "");
}
