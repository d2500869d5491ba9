// `run --explain`: what a run would bind, intercept, refuse and set, without starting anything.
// In: the daemon's plan. Out: text, or one object. It holds no value: names and templates only.
import { describeProxy } from "../../child/inherited/parent-network.ts";
import type { RunNetworkParams, RunParams, RunPlan } from "../../control/protocol.ts";
import type { RuleLayer } from "../../core/run.ts";
import type { Context } from "../context.ts";

const MAX_SHOWN_CHARS = 56;

export async function explainRun(
  params: RunParams & { readonly profile: string | null },
  keepEnv: readonly string[],
  context: Context,
): Promise<void> {
  const plan = await context.call("run.explain", params);
  const { explainEnvironment } = await import("../../child/environment.ts");
  const variables = explainEnvironment().map(({ name, change, value, why, client }) =>
    keepEnv.includes(name) ? { name, change: "kept", value: null, why, client } : { name, change, value, why, client },
  );
  context.out.object({
    connections: plan.connections.map(({ provider, name, hosts, env }) => ({ provider, connection: name, hosts, env })),
    layers: plan.layers.map(({ allow, deny, denyUnmatched, rules }) => ({ allow, deny, deny_unmatched: denyUnmatched, rules })),
    captures: plan.captures ?? [],
    variables,
    network: describeNetwork(params.network),
    keep_env: keepEnv,
  });
  printPlan(plan, keepEnv, context);
  printNetwork(params.network, context);
  context.out.line();
  context.out.line("Variables for every client", "bold");
  context.out.table(
    ["NAME", "CHANGE", "VALUE", "WHY"],
    variables.map(({ name, change, value, why }) => [name, change, shorten(value ?? ""), why]),
  );
}

/** One variable's options must not push every other row off the screen; --json has them whole. */
function shorten(value: string): string {
  return value.length > MAX_SHOWN_CHARS ? `${value.slice(0, MAX_SHOWN_CHARS - 1)}…` : value;
}

/** What the environment adds to the way out; a proxy without its credentials. */
function describeNetwork(network: RunNetworkParams | null): object | null {
  if (network === null) return null;
  const { within, proxy, caFiles } = network;
  const parent = proxy === null ? null : { url: describeProxy(proxy.url), source: proxy.source, no_proxy: proxy.noProxy };
  return { within_run: within, parent_proxy: parent, ca_files: caFiles };
}

function printNetwork(network: RunNetworkParams | null, { out }: Context): void {
  const { within = null, proxy = null, caFiles = [] } = network ?? {};
  if (within === null && proxy === null && caFiles.length === 0) return;
  out.line();
  out.line("The way out", "bold");
  if (within !== null) out.line(`  as the run around this one goes (${within})`);
  if (proxy !== null) {
    const direct = proxy.noProxy.length === 0 ? "" : `, but directly to ${proxy.noProxy.join(", ")}`;
    out.line(`  through ${describeProxy(proxy.url)} (${proxy.source})${direct}`);
  }
  for (const path of caFiles) out.line(`  upstream roots of ${path} are trusted as well`);
}

function printPlan(plan: RunPlan, keepEnv: readonly string[], { out }: Context): void {
  if (plan.connections.length === 0) out.line("nothing is connected, so nothing would be bound (keyward login PROVIDER)");
  for (const { provider, name, hosts, env } of plan.connections) {
    out.line(`${provider} (${name})`, "bold");
    out.line(`  intercepted: ${hosts.join(", ")}`);
    for (const [variable, kind] of Object.entries(env)) {
      out.line(
        `  ${variable}: ${keepEnv.includes(variable) ? "kept as it is" : kind === "placeholder" ? "a placeholder" : "the stored value, not secret"}`,
      );
    }
  }
  for (const { provider, hosts } of plan.captures ?? []) out.line(`logins at ${provider} are captured: ${hosts.join(", ")}`);
  out.line();
  out.line("Rules", "bold");
  const lines = plan.layers.flatMap(describeLayer);
  for (const line of lines.length === 0 ? ["  none: every bound host gets its key, every other host is reached directly"] : lines)
    out.line(line);
}

function describeLayer(layer: RuleLayer, at: number): string[] {
  const lines = [
    layer.deny.length > 0 && `denied: ${layer.deny.join(", ")}`,
    layer.denyUnmatched && `denied: every host that is neither bound nor allowed`,
    layer.allow.length > 0 && `allowed: ${layer.allow.join(", ")}`,
    ...layer.rules.map(
      ({ provider, methods, path }) => `only: ${provider} ${methods.length === 0 ? "any method" : methods.join(",")} ${path}`,
    ),
  ].filter((line) => line !== false);
  return lines.map((line) => `  ${at === 0 ? "" : `layer ${at + 1}, `}${line}`);
}
