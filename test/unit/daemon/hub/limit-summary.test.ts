import { expect, it } from "vitest";
import { limitSummary } from "../../../../src/daemon/hub/limit-summary.ts";

const counts = { run_id: "run_1", started_at: 1, ended_at: 2, reason: "ended", level: "L0", requests: 3, denied: 1 };
const summary = { ...counts, command: "/home/ann/clients/acme/bin/agent", connections: ["openai/acme"] };

it.each([
  ["full", { command: "/home/ann/clients/acme/bin/agent", connections: ["openai/acme"] }],
  ["summary", { command: "agent", connections: ["openai/acme"] }],
  ["redacted", { command: "", connections: [] }],
] as const)("of a run %s tells %j beside its counts", (content, told) => {
  expect(limitSummary(summary, content)).toEqual({ ...counts, ...told });
});
