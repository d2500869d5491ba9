// `keyward runs list`: what runs now.
import { describeConnection } from "../../../core/connection.ts";
import { define } from "../../define.ts";
import { isoTime, timeSpan } from "../../text/times.ts";

export const runsList = define({
  name: "runs list",
  summary: "show live runs",
  examples: [
    { command: "keyward runs list", does: "command, age, requests, denied" },
    { command: "keyward runs list --json", does: "the same for a script" },
  ],
  run: async (_args, { out, call, profile, world }) => {
    const { runs } = await call("run.list", { profile });
    out.object({
      runs: runs.map((run) => ({
        id: run.id,
        command: run.command,
        pid: run.pid,
        started_at: isoTime(run.startedAtMs),
        expires_at: isoTime(run.expiresAtMs),
        requests: run.requests,
        denied: run.denied,
        level: run.level,
        connections: run.connections.map(({ provider, name }) => ({ provider, connection: name })),
      })),
    });
    if (runs.length === 0) return out.line("no live runs");
    const nowMs = world.nowMs();
    out.table(
      ["RUN", "LEVEL", "COMMAND", "PID", "AGE", "REQUESTS", "DENIED", "CONNECTIONS"],
      runs.map((run) => [
        run.id,
        run.level,
        run.command,
        run.pid === null ? "-" : String(run.pid),
        timeSpan(Math.max(1_000, nowMs - run.startedAtMs)),
        String(run.requests),
        String(run.denied),
        run.connections.map(describeConnection).join(", "),
      ]),
    );
  },
});
