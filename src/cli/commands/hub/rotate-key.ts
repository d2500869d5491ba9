// `keyward hub rotate-key`: wraps every tenant's key under the first root key given. Secrets and tokens stay as they are.
import { define } from "../../define.ts";
import { DATA_OPTION, DATABASE_OPTION, type HubArgs, hubFlags, hubVariables } from "../../at-hub/hub-flags.ts";
import { startHub } from "../../at-hub/start-hub.ts";

export const hubRotateKey = define<HubArgs>({
  name: "hub rotate-key",
  summary: "wrap the tenants' keys under a new root key",
  details:
    "Put the new key in front of the old one in the key file (a line each, id:64 hex digits), restart the hubs, run this. The old line stays as long " +
    "as tokens given out under it are in use, and always in a SQLite hub, whose file is encrypted under the oldest.",
  options: [DATA_OPTION, DATABASE_OPTION],
  examples: [
    { command: "keyward hub rotate-key", does: "after a new first line in the key file" },
    { command: "KEYWARD_HUB_DATABASE=postgres://… keyward hub rotate-key", does: "on PostgreSQL, beside serving hubs" },
  ],
  run: async (args, context) => {
    const start = { flags: hubFlags(context, args), variables: hubVariables(context, args), environment: context.world.environment };
    const { result } = await startHub({ verb: "rotate-key", ...start });
    context.out.line(`${String(result["rewrapped"])} tenants' keys were wrapped under root key ${String(result["rootKeyId"])}`);
    context.out.object({ rewrapped: result["rewrapped"], root_key_id: result["rootKeyId"] });
  },
});
