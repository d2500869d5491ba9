// What docs/hub ships for servers does what it says: the commands of the compose file run as they stand there, on a PostgreSQL whose roles come from
// roles.sql, and those of the systemd unit as that starts them. Only addresses, paths and passwords are this test's.
import { randomBytes } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { query, startPostgres } from "../../../support/hub/postgres.ts";
import { CLI, runProgram, spawnProgram } from "../../../support/keyward.ts";
import { outputMatching } from "../../../support/wait.ts";

const shipped = (name: string): string => readFileSync(fileURLToPath(new URL(`../../../../docs/hub/${name}`, import.meta.url)), "utf8");
const START_MS = 90_000;

/** A directory with `keyward` in it for a PATH, and room for what a container or a unit is given. */
function place(): { readonly directory: string; readonly env: Record<string, string> } {
  const directory = mkdtempSync(join(tmpdir(), "keyward-deploy-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  writeFileSync(join(directory, "keyward"), `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`, { mode: 0o700 });
  return { directory, env: { PATH: `${directory}:${process.env["PATH"] ?? ""}`, HOME: directory, KEYWARD_HOME: join(directory, "home") } };
}

const rootKey = (): string => `1:${randomBytes(32).toString("hex")}\n`;

describe("the compose file", () => {
  const text = shipped("compose.yaml");
  /** The shell line of a service, as the shell of the container gets it. */
  const commandOf = (service: string, secrets: string): string => {
    const body = new RegExp(`^  ${service}:.*\\n((?:    .*\\n)+)`, "m").exec(text)?.[1] ?? "";
    const line = /^ {4}command: \[sh, -c, '([^']+)'\]$/m.exec(body)?.[1] ?? "";
    expect(line).toContain("keyward hub");
    return line.replaceAll("$$", "$").replaceAll("/run/secrets", secrets).replace(":8787", ":0").replace("--linger 5", "--linger 0");
  };

  it(
    "makes a hub and serves it, with the roles of roles.sql and every secret that a service reads given to it",
    async () => {
      const postgres = await startPostgres({ durable: false });
      onTestFinished(() => postgres.destroy());
      // The shipped roles in the place of the test's own.
      await query(postgres.superUrl, ["DROP ROLE hub_owner", "DROP ROLE hub_app", "CREATE DATABASE hub"]);
      const inHub = Object.assign(new URL(postgres.superUrl), { pathname: "/hub" });
      await query(inHub.href, [shipped("roles.sql")]);
      const urlOf = (username: string, password: string): string => Object.assign(new URL(inHub), { username, password }).href;
      const { directory, env } = place();
      const secrets = {
        "root-key": rootKey(),
        "owner-url": `${urlOf("hub_owner", "change me")}\n`,
        "hub-url": `${urlOf("hub_app", "change me too")}\n`,
      };
      for (const [name, value] of Object.entries(secrets)) writeFileSync(join(directory, name), value);
      const withKey = { ...env, KEYWARD_HUB_KEY_FILE: join(directory, "root-key") };
      expect(text).toContain("KEYWARD_HUB_KEY_FILE: /run/secrets/root-key");

      const init = await runProgram("sh", ["-c", commandOf("init", directory)], { env: withKey });
      expect([init.exitCode, init.stderr]).toEqual([0, expect.any(String)]);
      expect(init.stdout).toMatch(/https:\/\/hub\.example\.com\/setup#kw_inv_\w{46}/);
      const serving = spawnProgram("sh", ["-c", commandOf("hub-a", directory)], { env: withKey });
      const [, url = ""] = await outputMatching(serving.child.stderr, /the hub listens at (http\S+)/, START_MS);
      const { port } = new URL(url);
      expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
      const about = (await (await fetch(`http://127.0.0.1:${port}/.well-known/oauth-authorization-server`)).json()) as { issuer: string };
      expect(about.issuer).toBe("https://hub.example.com");
      serving.child.kill("SIGTERM");
      expect((await serving.finished).exitCode).toBe(0);

      for (const [, service = "", line = ""] of text.matchAll(/^ {2}([\w-]+):.*\n(?: {4}.*\n)*? {4}command: (.+)$/gm)) {
        const given = new RegExp(`^  ${service}:.*\\n(?:    .*\\n)*?    secrets: \\[([^\\]]+)\\]`, "m").exec(text)?.[1]?.split(", ") ?? [];
        for (const [, name = ""] of line.matchAll(/\/run\/secrets\/([\w-]+)/g))
          expect([service, given]).toEqual([service, expect.arrayContaining([name])]);
        expect(given).toContain("root-key");
      }
    },
    2 * START_MS,
  );
});

describe("the systemd unit", () => {
  it(
    "makes a hub and serves it with the key from the unit's credentials, and ends with 0",
    async () => {
      const { directory, env } = place();
      writeFileSync(join(directory, "root.key"), rootKey());
      const text = shipped("keyward-hub.service").replaceAll("%d", directory).replaceAll("/var/lib/keyward-hub", join(directory, "state"));
      const settings = [...text.matchAll(/^Environment=(\w+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value] as const);
      const own = { ...env, ...Object.fromEntries(settings) };
      const lineOf = (name: string): string[] => {
        const words = (new RegExp(`^${name}=(.*)$`, "m").exec(text)?.[1] ?? "").replace(":8787", ":0").split(" ");
        expect(words[0]).toBe("/usr/local/bin/keyward");
        return words.slice(1);
      };
      const keyward = join(directory, "keyward");
      const init = await runProgram(keyward, lineOf("ExecStartPre"), { env: own });
      expect([init.exitCode, init.stderr]).toEqual([0, expect.any(String)]);
      const again = await runProgram(keyward, lineOf("ExecStartPre"), { env: own });
      expect(again.exitCode).toBe(0);
      const serving = spawnProgram(keyward, lineOf("ExecStart"), { env: own });
      const [, url = ""] = await outputMatching(serving.child.stderr, /the hub listens at (http\S+)/, START_MS);
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
      serving.child.kill("SIGTERM");
      expect((await serving.finished).exitCode).toBe(0);
    },
    2 * START_MS,
  );
});
