// Used by demo.mjs and bench.mjs, not run by itself: a temporary user with a home of its own, whose keyward reaches a stand-in
// on loopback under a real provider's name. Closing it stops the daemon and removes every file.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The provider that is stood in for. */
export const HOST = "api.openai.com";

const cli = join(dirname(dirname(fileURLToPath(import.meta.url))), "dist", "cli", "main.js");

export class Stage {
  constructor() {
    if (!existsSync(cli)) throw new Error("dist/ is not built; run npm install first");
    this.root = mkdtempSync(join(tmpdir(), "kw-stage-"));
    mkdirSync(join(this.root, "h"), { mode: 0o700 });
    // The user's own keyward, whatever it is set to, has no part in this.
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("KEYWARD_") && name !== "OPENAI_API_KEY");
    this.environment = { ...Object.fromEntries(inherited), KEYWARD_HOME: join(this.root, "h"), KEYWARD_KEYCHAIN: "off", KEYWARD_CI: "1" };
  }

  /** Makes keyward dial 127.0.0.1:port for the host and trust the certificate authority of whoever answers there. */
  async pointAt(port, authorityPem) {
    await this.keyward(["config", "set", "upstream.ca_file", this.write("upstream-ca.pem", authorityPem)]);
    await this.keyward(["config", "set", "upstream.resolve", `${HOST}:443=127.0.0.1:${port}`]);
    await this.keyward(["config", "set", "network.allow", "127.0.0.0/8"]);
  }

  /** Stores a random key of the right shape and returns it. */
  async login() {
    const key = `sk-${randomBytes(24).toString("hex")}`;
    await this.keyward(["login", "openai", "--stdin"], { input: `${key}\n` });
    return key;
  }

  write(name, text) {
    const path = join(this.root, name);
    writeFileSync(path, text);
    return path;
  }

  /** Starts the real command; its output is the caller's to read. */
  spawn(args, options = {}) {
    return spawn(process.execPath, [cli, ...args], { env: this.environment, stdio: ["pipe", "pipe", "pipe"], ...options });
  }

  /** Runs the real command to its end and returns what it printed. */
  keyward(args, { input = "", signal } = {}) {
    return new Promise((resolve, reject) => {
      const child = this.spawn(args, { signal });
      let [printed, complaint] = ["", ""];
      child.stdout.setEncoding("utf8").on("data", (text) => (printed += text));
      child.stderr.setEncoding("utf8").on("data", (text) => (complaint += text));
      child.stdin.on("error", () => {});
      child.stdin.end(input);
      child.once("error", reject);
      child.once("close", (status) => {
        if (status === 0) resolve(printed);
        else reject(new Error(`keyward ${args.slice(0, 2).join(" ")} ended with ${status}: ${complaint.trim() || printed.trim()}`));
      });
    });
  }

  async close() {
    await this.keyward(["daemon", "stop"]).catch(() => {});
    rmSync(this.root, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}
