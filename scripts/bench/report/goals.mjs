// Used by compare.mjs, not run by itself: what keyward is held to, each goal as one ratio or figure of this run.
// In: the run's results, a report. Out: one line a goal, met or MISSED; a goal whose peer is absent says so.
import { gather } from "./gather.mjs";

const ratio = (value) => `${value.toFixed(2)}×`;
const ms = (value) => `${value.toFixed(value < 1 ? 3 : 1)} ms`;
const mb = (value) => `${value.toFixed(0)} MB`;

export function judge(run, report) {
  const figures = gather(run);
  const own = figures.get("keyward");
  if (own === undefined) return;
  const rows = goals(own, (name) => figures.get(name)).map(({ text, value, limit, show }) => {
    const aim = `${limit.startsWith("<") ? "≤" : "≥"} ${show(Number(limit.slice(1)))}`;
    const isKnown = typeof value === "number" && Number.isFinite(value);
    return [text, isKnown ? show(value) : "–", aim, isKnown ? (isMet(value, limit) ? "met" : "MISSED") : "not measured"];
  });
  report.say("\n### Goals\n");
  report.table(["goal", "measured", "aim", ""], rows);
}

function isMet(value, limit) {
  const bound = Number(limit.slice(1));
  return limit.startsWith("<") ? value <= bound : value >= bound;
}

function goals(own, peer) {
  const than = (name, read) => (peer(name) === undefined ? undefined : read(own) / read(peer(name)));
  const row = (text, value, limit, show = ratio) => ({ text, value, limit, show }); // oxlint-disable-line max-params
  const cpu = (of) => of.kept16?.cpu;
  const rate = (of) => of.kept16?.rps;
  return [
    row("proxy CPU per request, 16 connections, to nginx", than("nginx", cpu), "<2"),
    row("proxy CPU per request, 16 connections, to squid", than("squid", cpu), "<0.6"),
    row("requests per second, 16 connections, to nginx", than("nginx", rate), ">0.7"),
    row("requests per second, 16 connections, to squid", than("squid", rate), ">1.6"),
    row("requests per second, 16 connections, to mitmproxy", than("mitmproxy", rate), ">25"),
    row(
      "proxy CPU per cold connection, to nginx",
      than("nginx", (of) => of.cold?.cpu),
      "<2",
    ),
    row("first request to a new host", own.first?.ms, "<15", ms),
    row("p50 added to direct, one kept-alive connection", own.kept1?.p50 - peer("direct")?.kept1?.p50, "<0.1", ms),
    row(
      "100 MiB down, to nginx",
      than("nginx", (of) => of.download),
      ">0.8",
    ),
    row(
      "100 MiB up, to nginx",
      than("nginx", (of) => of.upload),
      ">0.8",
    ),
    row("first event of a stream, after it was sent", own.events?.eventMs, "<20", ms),
    row("resident memory, idle", own.memory?.idle, "<80", mb),
    row("resident memory, open connections", Math.max(...(own.memory?.open ?? [])), "<120", mb),
    row("resident memory after them, second time to first", own.memory?.after[1] / own.memory?.after[0], "<1.1"),
    row("HTTP/2 requests per second, 16 streams, to HTTP/1.1", own.http2?.rps / own.kept16?.rps, ">0.5"),
  ];
}
