// Used by compare.mjs, not run by itself: the figures of a run as Markdown tables, as they stand in docs/benchmarks.md.
// In: a run, a report. Out: the report with the tables and one line that says which process was at its limit.
import { availableParallelism, cpus, totalmem } from "node:os";
import { gather } from "./gather.mjs";

const ROLES = { load: "load generator", proxy: "proxy", upstream: "upstream" };
/** A process that is this busy could not have done more. */
const SATURATED = 0.9;

const whole = (value) => Math.round(value).toLocaleString("en-US");
const ms = (value) => value.toFixed(value < 10 ? 2 : 1);
const mib = (value) => whole(value / 2 ** 20);
const percent = (value) => `${Math.round(value * 100)}`;

export function showTables(run, report) {
  const figures = gather(run);
  const { size } = run;
  const machine = `${availableParallelism()} cores (${cpus()[0]?.model ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB`;
  report.say(
    `Measured on ${run.date.slice(0, 10)} with node ${process.version} on ${process.platform} ${process.arch}, ${machine}, load average`,
  );
  report.say(
    `${run.load.join(" → ")}, by \`${run.command}\`: median of ${size.rounds} rounds of ${size.windowMs} ms in alternating order.`,
  );
  if (run.quick) report.say("\nQuick: it shows that the benchmark works; the figures are good for nothing.");
  report.say();
  for (const [name, { about }] of figures) report.say(`- ${name}: ${about}`);
  for (const connections of [1, 16, 64]) {
    const title = connections === 1 ? "1 kept-alive connection" : `${connections} kept-alive connections`;
    showLoad(report, figures, { key: `kept${connections}`, title });
  }
  report.say(`\n${saturation(figures)}`);
  showLoad(report, figures, { key: "cold", title: "Cold connections: CONNECT, TLS and one request each, 4 at a time" });
  showLoad(report, figures, { key: "http2", title: "HTTP/2: 16 streams of one connection, node:http2 as client" });
  showRest(report, figures, size);
  showMemory(report, figures, size);
  showFailures(report, figures);
}

function showLoad(report, figures, { key, title }) {
  const rows = [...figures].flatMap(([name, figure]) => {
    if (figure[key] === undefined) return (figure.failures[key] ?? []).length === 0 ? [] : [[name, "failed", "", "", "", "", ""]];
    const { rps, p50, p99, cpu, busy } = figure[key];
    const shares = [busy.load, busy.proxy, busy.upstream].map(percent).join(" / ");
    const ratio = figures.get("nginx")?.[key] === undefined ? "" : (rps / figures.get("nginx")[key].rps).toFixed(2);
    return [[name, whole(rps), ratio, ms(p50), ms(p99), name === "direct" ? "–" : whole(cpu), shares]];
  });
  table(report, title, {
    head: ["", "per second", "to nginx", "p50 ms", "p99 ms", "proxy CPU µs each", "busy %: load / proxy / upstream"],
    rows,
  });
}

function showRest(report, figures, size) {
  const rows = [...figures].map(([name, { first, events, download, upload }]) => [
    name,
    first === undefined ? "–" : `${ms(first.ms)} (${ms(first.maxMs)})`,
    events === undefined ? "failed" : ms(events.headMs),
    events === undefined ? "failed" : `${ms(events.eventMs)} (${ms(events.maxMs)})`,
    download === undefined ? "failed" : mib(download),
    upload === undefined ? "failed" : mib(upload),
  ]);
  const bytes = `${size.bytes / 2 ** 20} MiB`;
  const head = ["", "first request to a new host, ms (worst)", "event stream: head after, ms", "first event after, ms (worst)"];
  table(report, "First requests, event streams, large bodies", { head: [...head, `${bytes} down, MiB/s`, `${bytes} up, MiB/s`], rows });
}

function showMemory(report, figures, size) {
  const rows = [...figures].flatMap(([name, { memory }]) => {
    if (memory === undefined) return [];
    const opened = memory.opened === size.held ? "" : ` (${whole(memory.opened)} in ${size.holdMs / 1000} s)`;
    const cells = [0, 1]
      .flatMap((time) => [memory.open[time], memory.after[time]])
      .map((value) => (value === undefined ? "–" : whole(value)));
    cells[0] += opened;
    return [[name, whole(memory.idle), ...cells]];
  });
  const title = `Resident memory of the whole process tree, MB, with ${whole(size.held)} open connections`;
  table(report, title, { head: ["", "idle", "open", "after", "open again", "after"], rows });
}

function showFailures(report, figures) {
  const lines = [...figures].flatMap(([name, { failures }]) =>
    Object.entries(failures).flatMap(([key, reasons]) =>
      reasons.length === 0 ? [] : [`- ${name}, ${key}, ${reasons.length}×: ${reasons[0]}`],
    ),
  );
  if (lines.length > 0) report.say(`\n### What failed\n\n${lines.join("\n")}`);
}

function saturation(figures) {
  const verdicts = [...figures].flatMap(([name, { kept16 }]) => {
    if (kept16 === undefined) return [];
    const full = Object.entries(kept16.busy).filter(([, share]) => share >= SATURATED);
    const sum = Object.values(kept16.busy).reduce((total, share) => total + share, 0);
    const words = full.map(([role, share]) => `${ROLES[role]} ${percent(share)} %`).join(" and ");
    return [`${name}: ${words || `no single process (all together ${percent(sum)} % of one core)`}`];
  });
  const upstream = Math.max(...[...figures.values()].map(({ kept16 }) => kept16?.busy.upstream ?? 0));
  return `Saturated at 16 connections: ${verdicts.join("; ")}. The upstream was at most ${percent(upstream)} % busy.`;
}

function table(report, title, { head, rows }) {
  if (rows.length === 0) return;
  report.say(`\n### ${title}\n`);
  report.table(head, rows);
}
