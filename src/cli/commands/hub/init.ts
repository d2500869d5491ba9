// `keyward hub init`: makes a hub, or brings its database up to date. Prints the address where the first person signs up, once.
import { define } from "../../define.ts";
import { DATA_OPTION, DATABASE_OPTION, type HubArgs, hubFlags, hubVariables } from "../../at-hub/hub-flags.ts";
import { type HubStart, startHub } from "../../at-hub/start-hub.ts";

interface Made {
  readonly engine: string;
  readonly keyFile: string | null;
  readonly setupToken: string | null;
  readonly publicUrl: string | null;
}

export const hubInit = define<HubArgs & { name?: string }>({
  name: "hub init",
  summary: "make a hub, or bring its database up to date",
  details:
    "Without --database the hub keeps everything in one encrypted file. The root key is written beside it, unless KEYWARD_HUB_KEY, " +
    "KEYWARD_HUB_KEY_FILE or KEYWARD_HUB_KEY_COMMAND gives one. Keep a copy of the key elsewhere: without it the data cannot be read.\n" +
    "Safe to run again: nothing that is there is changed, and a set-up address is given as long as nobody has signed up.",
  options: [
    DATA_OPTION,
    DATABASE_OPTION,
    { flags: "--owner-database <url>", summary: "the role that owns the tables, when --database names one that may not create them" },
    { flags: "--name <name>", summary: "what the first tenant is called (default: Main)" },
    { flags: "--url <origin>", summary: "what browsers call the hub, for the set-up address" },
  ],
  examples: [
    { command: "keyward hub init", does: "on this machine, in one file" },
    { command: "KEYWARD_HUB_DATABASE=postgres://… keyward hub init --name Acme", does: "on PostgreSQL" },
  ],
  run: async (args, context) => {
    const flags: HubStart["flags"] = {
      ...hubFlags(context, args),
      ...(args.name === undefined ? {} : { tenantName: args.name }),
    };
    const start = { verb: "init", flags, variables: hubVariables(context, args), environment: context.world.environment } as const;
    const { result } = await startHub(start);
    const { engine, keyFile, setupToken, publicUrl } = result as unknown as Made;
    const setupUrl = setupToken === null ? null : `${publicUrl ?? "http://127.0.0.1:8787"}/setup#${setupToken}`;
    context.out.line(`the hub is ready on ${engine === "sqlite" ? `SQLite in ${String(flags["dataDir"])}` : "PostgreSQL"}`);
    if (keyFile !== null) context.out.line(`its root key is in ${keyFile}: keep a copy elsewhere`);
    if (setupUrl !== null) {
      context.out.line("the first person signs up, within a day, at");
      context.out.line(`  ${setupUrl}`);
    }
    context.out.note("next: keyward hub serve");
    context.out.object({ engine, key_file: keyFile, setup_url: setupUrl });
  },
});
