// `keyward daemon start`: starts it now instead of with the next command that needs it.
import { define } from "../../define.ts";
import { daemonObject } from "../../show/daemon.ts";

export const daemonStart = define({
  name: "daemon start",
  summary: "start the daemon",
  details: "Every command that needs the daemon starts it, so this is rarely needed.",
  examples: [
    { command: "keyward daemon start", does: "does nothing when it runs already" },
    { command: "keyward daemon status", does: "see how it is" },
  ],
  run: async (_args, { out, call }) => {
    const status = await call("daemon.status", {});
    out.line(`the daemon is running, pid ${status.pid}`);
    out.object(daemonObject(status));
  },
});
