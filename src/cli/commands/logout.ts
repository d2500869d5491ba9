// `keyward logout`: removes one connection's key. Running programs lose it with their next request.
import { describeConnection } from "../../core/connection.ts";
import { checkName } from "../../core/names.ts";
import { define } from "../define.ts";

export const logout = define<{ provider: string; connection?: string; yes?: boolean }>({
  name: "logout",
  summary: "remove a connection's key from this machine",
  details: "Running programs lose it with their next request. The key itself stays valid at the provider.",
  args: [{ name: "<provider>", summary: "id of the provider" }],
  options: [
    { flags: "--connection <name>", summary: "which connection (default: the provider's default)" },
    { flags: "--yes", summary: "do not ask" },
  ],
  examples: [
    { command: "keyward logout openai", does: "asks, then removes the default connection" },
    { command: "keyward logout openai --connection work --yes", does: "another one, without asking" },
  ],
  run: async (args, context) => {
    const { out, profile } = context;
    const { provider } = args;
    const connection = args.connection === undefined ? null : checkName("connection", args.connection);
    const { connections } = await context.call("connection.list", { profile });
    const same = connections.filter((candidate) => candidate.provider === provider);
    const found = same.find((candidate) => (connection === null ? candidate.isDefault : candidate.name === connection));
    if (found !== undefined) await context.ask.confirm(`Remove the key of ${describeConnection(found)}?`, args.yes === true);
    // Also when the list shows none: the daemon knows whether the provider exists at all.
    const { removed } = await context.call("connection.remove", {
      profile,
      provider,
      connection: found?.name ?? connection,
      everything: false,
    });
    out.object({ provider, removed: removed.map((ref) => ref.name) });
    for (const ref of removed) out.line(`logged out of ${describeConnection(ref)}`);
    if (removed.length > 0) return;
    out.line(`nothing to remove for ${connection === null ? provider : describeConnection({ provider, name: connection })}`);
    if (same.length > 0) out.note(`other connections: ${same.map((candidate) => candidate.name).join(", ")}`);
  },
});
