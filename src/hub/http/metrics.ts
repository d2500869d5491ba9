// /metrics in Prometheus' text format: how much, how fast, how often refused. Labels are routes and statuses, never a tenant, an id or an address.
// In: one observation a request. Out: text. Counters start at zero with the process, as Prometheus expects.
import type { HubApp } from "./hub-app.ts";

const BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] as const;

interface Series {
  count: number;
  sumS: number;
  readonly buckets: number[];
}

/** Has to be added before the routes, so that it sees all of them. */
export function addMetrics(app: HubApp): void {
  const requests = new Map<string, number>();
  const durations = new Map<string, Series>();
  app.use(async (context, next) => {
    const startedMs = performance.now();
    await next();
    const route = context.req.matchedRoutes.findLast((each) => each.path !== "/*")?.path ?? "none";
    const labels = `method="${context.req.method}",route="${label(route)}"`;
    add(requests, `${labels},status="${context.res.status}"`);
    // A long poll's time says how long nothing changed, not how slow the hub is.
    if (route !== "/v1/sync") observe(durations, labels, (performance.now() - startedMs) / 1_000);
  });
  app.get("/metrics", (context) => context.text(render(requests, durations), 200, { "content-type": "text/plain; version=0.0.4" }));
}

/** hono's `:id{[^/:]+}` → `{id}`. */
function label(route: string): string {
  return route.replaceAll(/:(\w+)\{\[\^\/:\]\+(:\w+)?\}/g, "{$1}$2").replaceAll(/["\\\n]/g, "");
}

function add(counters: Map<string, number>, labels: string): void {
  counters.set(labels, (counters.get(labels) ?? 0) + 1);
}

function observe(series: Map<string, Series>, labels: string, seconds: number): void {
  const own = series.get(labels) ?? { count: 0, sumS: 0, buckets: BUCKETS_S.map(() => 0) };
  own.count += 1;
  own.sumS += seconds;
  for (const [index, bound] of BUCKETS_S.entries()) if (seconds <= bound) own.buckets[index] = (own.buckets[index] ?? 0) + 1;
  series.set(labels, own);
}

function render(requests: ReadonlyMap<string, number>, durations: ReadonlyMap<string, Series>): string {
  const lines = ["# HELP keyward_hub_requests_total Requests answered.", "# TYPE keyward_hub_requests_total counter"];
  for (const [labels, count] of requests) lines.push(`keyward_hub_requests_total{${labels}} ${count}`);
  lines.push("# HELP keyward_hub_request_seconds Time to an answer, long polls left out.", "# TYPE keyward_hub_request_seconds histogram");
  for (const [labels, { count, sumS, buckets }] of durations) {
    for (const [index, bound] of BUCKETS_S.entries())
      lines.push(`keyward_hub_request_seconds_bucket{${labels},le="${bound}"} ${buckets[index]}`);
    lines.push(`keyward_hub_request_seconds_bucket{${labels},le="+Inf"} ${count}`);
    lines.push(`keyward_hub_request_seconds_sum{${labels}} ${sumS}`, `keyward_hub_request_seconds_count{${labels}} ${count}`);
  }
  lines.push("# HELP process_resident_memory_bytes Resident memory.", "# TYPE process_resident_memory_bytes gauge");
  lines.push(`process_resident_memory_bytes ${process.memoryUsage.rss()}`);
  return `${lines.join("\n")}\n`;
}
