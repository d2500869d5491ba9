// The environment of a run's child: what the user had, the run's placeholders, and every client family pointed at proxy and CA.
// In: the inherited environment, what the daemon said at the start, certs/trust. Out: the child's environment and notices.
// It never reads process.env itself, never prints, and never holds a real credential: the daemon gives only placeholders.
import { dirname } from "node:path";
import type { RunStarted } from "../control/protocol.ts";
import { userHome } from "../config/paths.ts";
import { Bundler } from "./bundle.ts";
import { installPreload, quoteForNodeOptions } from "./install-preload.ts";
import { nonProxyHosts, quoteForJava, writeTrustStore } from "./java/java-options.ts";
import { composeNoProxy } from "./no-proxy.ts";
import { fillTemplate, readTrust, type TrustClient, type TrustVariable } from "./trust.ts";
import { writeTrustFile } from "./trust-files.ts";
import { describeShape } from "./value-shape.ts";

export interface ChildEnvironmentOptions {
  readonly inherited: Readonly<Record<string, string | undefined>>;
  readonly started: RunStarted;
  /** Names that keep the inherited value, or stay unset (`--keep-env`). */
  readonly keepEnv: readonly string[];
  readonly stateDirectory: string;
  /** The preload to name; a copy in the state directory when absent. */
  readonly preloadPath?: string;
  /** Whose configuration files are continued; HOME's when absent. */
  readonly homeDirectory?: string;
}

export interface ChildEnvironment {
  readonly env: Record<string, string>;
  /** One line each, for stderr: what of the user's could not be kept. */
  readonly notices: readonly string[];
}

/** @throws HOME_UNUSABLE when the state directory cannot be written */
export function buildChildEnvironment(options: ChildEnvironmentOptions): ChildEnvironment {
  const { inherited, started } = options;
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(inherited)) if (value !== undefined) env[name] = value;

  const render = new Renderer(options);
  for (const client of readTrust()) {
    for (const name of Object.keys(client.remove)) delete env[name];
    for (const [name, variable] of Object.entries(client.variables)) {
      const value = render.value(client, name, variable);
      if (value === "") delete env[name];
      else env[name] = value;
    }
  }
  Object.assign(env, started.env);
  for (const name of options.keepEnv) {
    const value = inherited[name];
    if (value === undefined) delete env[name];
    else env[name] = value;
  }
  return { env, notices: render.finish() };
}

/** One row of `run --explain`: what happens to a variable and why. Holds no value of the run. */
export interface ExplainedVariable {
  readonly name: string;
  readonly change: "set" | "removed";
  /** What it will hold, described; null when removed. */
  readonly value: string | null;
  readonly why: string;
  /** The client family whose file says so. */
  readonly client: string;
}

/** Every variable keyward sets or removes for its children besides the providers' own, by name. */
export function explainEnvironment(): ExplainedVariable[] {
  const rows = readTrust().flatMap(({ client, variables, remove }): ExplainedVariable[] => [
    ...Object.entries(variables).map(([name, { value, why }]) => ({
      name,
      change: "set" as const,
      value: describeShape(value),
      why,
      client,
    })),
    ...Object.entries(remove).map(([name, why]) => ({ name, change: "removed" as const, value: null, why, client })),
  ]);
  return rows.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `http://run_…:token@127.0.0.1:port`: ids and tokens are base 62, so nothing needs escaping. */
export function proxyUrl(started: RunStarted): string {
  return `http://${started.runId}:${started.token}@127.0.0.1:${started.proxyPort}`;
}

/** Fills the templates of certs/trust for one run; files are written as they are asked for. */
class Renderer {
  readonly #options: ChildEnvironmentOptions;
  readonly #bundler: Bundler;
  readonly #noProxy: ReturnType<typeof composeNoProxy>;
  #preload: string | null = null;
  #storeNotices: readonly string[] = [];

  constructor(options: ChildEnvironmentOptions) {
    const { inherited, started, stateDirectory } = options;
    this.#options = options;
    this.#bundler = new Bundler({ inherited, stateDirectory, caCertificatePath: started.caCertificatePath });
    const boundHosts = started.plan.connections.flatMap((connection) => connection.hosts);
    this.#noProxy = composeNoProxy([inherited["NO_PROXY"], inherited["no_proxy"]], boundHosts);
  }

  value(client: TrustClient, name: string, variable: TrustVariable): string {
    const before = this.#options.inherited[name] ?? "";
    const valueOf = (placeholder: string): string => (placeholder === "inherited" ? "" : this.#placeholder(placeholder, client, name));
    const [front, back] = variable.value.split("{inherited}", 2) as [string, string | undefined];
    if (back === undefined) return fillTemplate(front, valueOf);
    const [added, tail] = [fillTemplate(front, valueOf), fillTemplate(back, valueOf)];
    // Inside another run of the same home the addition is there already.
    const isThere = before.startsWith(added) && before.includes(tail.trim());
    return isThere ? before : `${added}${before}${tail}`.trim();
  }

  /** @returns what to tell the user */
  finish(): string[] {
    this.#bundler.saveIndex();
    const dropped = this.#noProxy.dropped.map((entry) => `NO_PROXY entry '${entry}' is left out: it would lead a bound host past keyward`);
    return [...this.#bundler.notices, ...this.#storeNotices, ...dropped];
  }

  #placeholder(placeholder: string, client: TrustClient, name: string): string {
    const { started, stateDirectory, preloadPath } = this.#options;
    const [kind, id] = placeholder.split(":");
    switch (kind) {
      case "proxy":
        return proxyUrl(started);
      case "proxy_port":
        return String(started.proxyPort);
      case "no_proxy":
        return this.#noProxy.value;
      case "java_no_proxy":
        return nonProxyHosts(this.#noProxy.value);
      case "trust_store":
        return quoteForJava(this.#trustStore());
      case "tls_ports":
        return started.tlsPorts.join(",");
      case "preload":
        return quoteForNodeOptions((this.#preload ??= preloadPath ?? installPreload(stateDirectory)));
      case "ca":
        return this.#bundler.adding(name);
      case "bundle":
        return this.#bundler.replacing(name, client.variables[name]?.bases ?? []);
      case "file":
        return this.#file(id ?? "", client, name);
      case "directory":
        return dirname(this.#file(id ?? "", client, name));
      case undefined:
      default:
        throw new Error(`certs/trust/${client.client}.json: {${placeholder}} stands for nothing`);
    }
  }

  #trustStore(): string {
    const { inherited, stateDirectory } = this.#options;
    const store = writeTrustStore({ inherited, stateDirectory, bundlePath: this.#bundler.replacing("SSL_CERT_FILE", []) });
    this.#storeNotices = store.notices;
    return store.path;
  }

  #file(id: string, client: TrustClient, name: string): string {
    const file = client.files[id];
    if (file === undefined) throw new Error(`certs/trust/${client.client}.json: no file ${id}`);
    const { inherited, stateDirectory, homeDirectory = userHome(inherited) } = this.#options;
    // A file's own bundle starts from the general one: the variable's inherited value is a path of another kind.
    const valueOf = (placeholder: string): string =>
      this.#placeholder(placeholder, client, placeholder === "bundle" ? "SSL_CERT_FILE" : name);
    return writeTrustFile(id, file, { inherited, stateDirectory, homeDirectory, valueOf });
  }
}
