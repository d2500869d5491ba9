// `keyward runs end`: takes a run's access away. Its program goes on and gets 407 for whatever it asks next.
import { KeywardError } from "../../../core/errors.ts";
import { define } from "../../define.ts";

export const runsEnd = define<{ run: string }>({
  name: "runs end",
  summary: "end a run's access",
  details: "The program itself is not ended; its next request is refused.",
  args: [{ name: "<run>", summary: "id of the run, see keyward runs list" }],
  examples: [
    { command: "keyward runs end run_8fK2s0aQ1xYz7bTm", does: "one run, also one of run --dry-env" },
    { command: "keyward runs list", does: "find its id" },
  ],
  run: async ({ run }, { out, call }) => {
    if (!/^run_[A-Za-z0-9]{1,64}$/.test(run))
      throw new KeywardError("RUN_UNKNOWN", "a run's id looks like run_8fK2…", { hint: "keyward runs list" });
    const { requests, denied } = await call("run.end", { runId: run });
    out.line(`ended ${run}: ${requests} requests, ${denied} denied`);
    out.object({ run, requests, denied });
  },
});
