// `keyward daemon status`: how the daemon is; starts none.
import { define } from "../../define.ts";
import { showDaemon } from "../../show/daemon.ts";

export const daemonStatus = define({
  name: "daemon status",
  summary: "show how the daemon is",
  examples: [
    { command: "keyward daemon status", does: "version, profile, port, live runs, memory" },
    { command: "keyward daemon status --json", does: "the same for a script; running is true or false" },
  ],
  run: async (_args, context) => {
    const control = await context.world.find(context.paths);
    try {
      showDaemon(control === null ? null : await control.call("daemon.status", {}), context);
    } finally {
      control?.close();
    }
  },
});
