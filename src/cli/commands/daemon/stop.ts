// `keyward daemon stop`: ends the daemon; unlocked profiles are locked by that.
import { define } from "../../define.ts";
import { stopDaemon } from "../../acts/stop-daemon.ts";

export const daemonStop = define({
  name: "daemon stop",
  summary: "stop the daemon",
  details: "Programs started by keyward run keep their run: keyward run starts the daemon again for them.",
  examples: [
    { command: "keyward daemon stop", does: "ends it after the requests in flight" },
    { command: "keyward runs list", does: "see what uses it first" },
  ],
  run: async (_args, context) => {
    const before = await stopDaemon(context);
    context.out.line(before === null ? "the daemon is not running" : `stopped the daemon, pid ${before.pid}`);
    if (before !== null && before.liveRuns > 0) context.out.note(`${before.liveRuns} live run(s) will start it again`);
    context.out.object({ stopped: before !== null, pid: before?.pid ?? null, live_runs: before?.liveRuns ?? 0 });
  },
});
