// Plays one client after the other: a temporary user who is logged in everywhere with random keys, the real command, daemon and proxy, and
// the strict stand-ins. In: clients with what was installed. Out: one row each: was it routed, did it trust, did the key arrive, and not leak.
// Nothing leaves the machine: every run denies hosts that are not stood in for.
import { spawn } from "node:child_process";
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { Stage } from "../../../scripts/stage.mjs";
import { makeKeys } from "./keys.mjs";
import { StrictUpstream } from "./upstream.mjs";

const FAKES = new URL("../fakes/", import.meta.url);
const DEFAULT_LIMIT_SECONDS = 150;
const MAX_SCANNED_BYTES = 20_000_000;

export class Theatre {
  #stage = new Stage();
  #keys = makeKeys();
  #fakes = new Map();
  #upstream;
  #connected = new Set();
  #distrusts = 0;

  async open() {
    for (const file of readdirSync(FAKES)) this.#fakes.set(file.replace(/\.mjs$/, ""), await import(new URL(file, FAKES).href));
    this.#upstream = new StrictUpstream([...this.#fakes.values()], this.#keys);
    await this.#upstream.listen();
    const { root } = this.#stage;
    // Only what the user of this stage would have: nothing of the tester's own settings reaches a client.
    this.#stage.environment = {
      PATH: process.env.PATH,
      LANG: "C.UTF-8",
      KEYWARD_HOME: join(root, "h"),
      KEYWARD_KEYCHAIN: "off",
      KEYWARD_CI: "1",
    };
    const settings = {
      "upstream.ca_file": this.#stage.write("upstream-ca.pem", this.#upstream.authority.certificatePem),
      "upstream.resolve": this.#upstream.hosts.map((host) => `${host}:443=127.0.0.1:${this.#upstream.port}`),
      "network.allow": ["127.0.0.0/8"],
      // Should this process be killed, the daemon ends by itself.
      "daemon.idle_timeout": 600,
    };
    writeFileSync(join(root, "h", "config.json"), JSON.stringify(settings), { mode: 0o600 });
    this.#writeCommand();
    await this.#login();
  }

  /** The real key of a provider, to look for it. */
  keyOf(provider) {
    return this.#keys.get(provider);
  }

  async close() {
    await this.#stage.close();
    await this.#upstream?.close();
  }

  async perform(client, installed, signal) {
    const row = {
      id: client.id,
      group: client.group,
      title: client.title,
      version: installed.version ?? "",
      routed: false,
      trusted: false,
      injected: false,
      verdict: "",
      note: "",
      said: "",
    };
    if (installed.missing !== undefined) return { ...row, verdict: "not installed", note: installed.missing };
    const fake = this.#fakes.get(client.fake);
    if (fake === undefined) throw new Error(`client ${client.id}: there is no fake ${client.fake}`);
    if (!this.#connected.has(fake.provider)) return { ...row, verdict: "pending", note: `no provider ${fake.provider} yet` };
    const seen = this.#upstream.watch();
    const place = this.#setUp(client, installed, fake);
    const ended = await this.#run(client, place, signal);
    const routed = seen.length > 0 || (await this.#reachedProxy());
    const [method, path] = (client.sees ?? "").split(" ");
    const arrived = seen.filter((one) => one.authorized && (path === undefined || (one.method === method && one.path.startsWith(path))));
    const injected = arrived.length > 0;
    const leaked = this.#findLeaks(place.directory, `${ended.stdout}${ended.stderr}`);
    const said = [`status ${ended.status}`, ended.stdout, ended.stderr, ...seen.map((one) => JSON.stringify(one))]
      .join("\n")
      .slice(0, 6000);
    return { ...row, routed, trusted: seen.length > 0, injected, said, ...judge(client, { ended, injected, leaked, seen, routed }) };
  }

  /** `keyward` as a user types it, for recipes. */
  #writeCommand() {
    const cli = new URL("../../../dist/cli/main.js", import.meta.url).pathname;
    mkdirSync(join(this.#stage.root, "bin"));
    const path = this.#stage.write("bin/keyward", `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`);
    chmodSync(path, 0o755);
  }

  async #login() {
    for (const provider of new Set([...this.#fakes.values()].map((fake) => fake.provider))) {
      const shown = await this.#stage.keyward(["provider", "show", provider, "--json"]).catch(() => null);
      if (shown === null) continue;
      await this.#stage.keyward(["login", provider, "--stdin"], { input: loginText(this.#keys.get(provider), JSON.parse(shown).fields) });
      this.#connected.add(provider);
    }
  }

  #setUp(client, { directory: packages }, fake) {
    const directory = join(this.#stage.root, "w", client.id);
    mkdirSync(join(directory, "home"), { recursive: true });
    writeFileSync(join(directory, "keyward.json"), '{"deny_unmatched": true}');
    for (const [name, text] of Object.entries(client.files ?? {})) writeFileSync(join(directory, name), text);
    if (packages !== null) symlinkSync(join(packages, "node_modules"), join(directory, "node_modules"));
    const binaries = packages === null ? [] : [join(packages, "node_modules", ".bin")];
    const path = [...binaries, join(this.#stage.root, "bin"), dirname(process.execPath), process.env.PATH].join(delimiter);
    const env = { ...this.#stage.environment, PATH: path, HOME: join(directory, "home"), TMPDIR: join(directory, "home"), ...client.env };
    fake.prepare?.(directory);
    return { directory, env };
  }

  #run(client, { directory, env }, signal) {
    const argv =
      client.script === undefined
        ? ["keyward", "run", "--", "sh", "-c", 'env > environment.txt; exec "$@"', "sh", ...client.command]
        : ["sh", "-ec", client.script];
    return new Promise((resolve) => {
      const child = spawn(argv[0], argv.slice(1), { cwd: directory, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
      const said = { stdout: "", stderr: "" };
      for (const name of ["stdout", "stderr"]) child[name].setEncoding("utf8").on("data", (text) => (said[name] += text));
      const end = () => {
        try {
          if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
        } catch {
          // all of them ended by themselves
        }
      };
      const timer = setTimeout(() => end((said.late = true)), (client.limitSeconds ?? DEFAULT_LIMIT_SECONDS) * 1000);
      signal?.addEventListener("abort", end, { once: true });
      child.once("error", (error) => (said.stderr += error.message));
      child.once("close", (status) => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", end);
        end();
        resolve({ ...said, status });
      });
    });
  }

  /** Did a connection arrive at the proxy, although the upstream saw nothing? A client that distrusts is in the daemon's log alone. */
  async #reachedProxy() {
    const log = await this.#stage.keyward(["daemon", "logs", "--lines", "100000"]).catch(() => "");
    const lines = log.split("\n").filter((line) => line.includes("TLS with a client failed")).length;
    const grown = lines > this.#distrusts;
    this.#distrusts = lines;
    return grown;
  }

  /** Names of providers whose real key the client printed, was given or wrote. */
  #findLeaks(directory, said) {
    const texts = [said, ...filesBelow(directory).map((file) => readFileSync(file, "latin1"))];
    return [...this.#keys]
      .filter(([, key]) => texts.some((text) => text.includes(typeof key === "string" ? key : key.secretAccessKey)))
      .map(([name]) => name);
  }
}

/** What `login --stdin` reads: the key, or a line for each field whose variable is known. */
function loginText(key, fields) {
  if (typeof key === "string") return `${key}\n`;
  const lines = fields.flatMap(({ name, env }) =>
    env.flatMap((variable) => (key.env[variable] === undefined ? [] : [`${name}=${key.env[variable]}\n`])),
  );
  return lines.join("");
}

function judge(client, { ended, injected, leaked, seen, routed }) {
  if (leaked.length > 0) return { verdict: "FAIL", note: `the client got the real key of ${leaked.join(", ")}` };
  const prints = client.prints ?? "PONG";
  const works = injected && ended.status === 0 && ended.stdout.includes(prints);
  if (client.limit !== undefined)
    return works ? { verdict: "FAIL", note: "a known limit is gone: make it a client" } : { verdict: "known limit", note: client.limit };
  if (works) return { verdict: "pass", note: client.note ?? "" };
  if (ended.late) return { verdict: "FAIL", note: "it did not end in time" };
  if (injected) return { verdict: "FAIL", note: ended.status === 0 ? `it did not print ${prints}` : `it ended with ${ended.status}` };
  if (seen.length > 0) return { verdict: "FAIL", note: `the key did not arrive in its place (${seen.length} requests)` };
  return { verdict: "FAIL", note: routed ? "it does not trust the CA" : "it went around the proxy" };
}

function filesBelow(directory) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() && lstatSync(path).size <= MAX_SCANNED_BYTES ? [path] : [];
  });
}
