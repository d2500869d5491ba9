// `keyward daemon restart`: ends the daemon and starts it anew; live runs go on with the same port and tokens.
import { define } from "../../define.ts";
import { daemonObject } from "../../show/daemon.ts";
import { stopDaemon } from "../../acts/stop-daemon.ts";

export const daemonRestart = define({
  name: "daemon restart",
  summary: "stop the daemon and start it again",
  examples: [
    { command: "keyward daemon restart", does: "live runs go on" },
    { command: "keyward daemon logs", does: "see what it says" },
  ],
  run: async (_args, context) => {
    await stopDaemon(context);
    const status = await context.call("daemon.status", {});
    context.out.line(`the daemon is running, pid ${status.pid}`);
    context.out.object(daemonObject(status));
  },
});
