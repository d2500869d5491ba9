// What of a run's summary leaves for the hub. In: the summary as it is kept here, and how much may be told. Out: what is sent. Pure.
import type { ContentMode } from "../../core/run.ts";
import type { RunSummary } from "./run-queue.ts";

export function limitSummary(summary: RunSummary, content: ContentMode): RunSummary {
  switch (content) {
    case "full":
      return summary;
    case "summary":
      return { ...summary, command: summary.command.split(/[\\/]/).at(-1) ?? "" };
    case "redacted":
      return { ...summary, command: "", connections: [] };
  }
}
