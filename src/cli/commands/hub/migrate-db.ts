// `keyward hub migrate-db`: copies a SQLite hub into an empty PostgreSQL, in one transaction; the file stays as it is.
import { define } from "../../define.ts";
import { DATA_OPTION, type HubArgs, hubFlags } from "../../at-hub/hub-flags.ts";
import { startHub } from "../../at-hub/start-hub.ts";

export const hubMigrateDb = define<HubArgs & { to?: string; dryRun?: boolean }>({
  name: "hub migrate-db",
  summary: "copy a SQLite hub into PostgreSQL",
  details:
    "Stop the hub first. --to names the role that is to own the tables; KEYWARD_HUB_OWNER_DATABASE does the same and is in no process list.",
  options: [
    DATA_OPTION,
    { flags: "--to <url>", summary: "postgres://… of an empty database" },
    { flags: "--dry-run", summary: "only count what would be copied" },
  ],
  examples: [
    { command: "keyward hub migrate-db --dry-run --to postgres://owner@db.internal/hub", does: "count the rows" },
    { command: "KEYWARD_HUB_OWNER_DATABASE=postgres://… keyward hub migrate-db", does: "copy them" },
  ],
  run: async (args, context) => {
    const flags = { ...hubFlags(context, args), isDryRun: args.dryRun === true };
    const variables = { KEYWARD_HUB_OWNER_DATABASE: args.to };
    const { result } = await startHub({ verb: "migrate-db", flags, variables, environment: context.world.environment });
    const tables = result["tables"] as Readonly<Record<string, number>>;
    for (const [table, count] of Object.entries(tables)) if (count > 0) context.out.line(`${table}: ${count}`);
    const total = Object.values(tables).reduce((sum, count) => sum + count, 0);
    context.out.note(
      args.dryRun === true ? `${total} rows would be copied` : `${total} rows were copied; serve with KEYWARD_HUB_DATABASE from now on`,
    );
    context.out.object({ copied: args.dryRun !== true, tables });
  },
});
