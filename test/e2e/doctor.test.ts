// Finding out what is wrong, with the real command: doctor in good and bad homes, a refused request from its id, records as they come.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ERRORS, type ErrorCode } from "../../src/core/error-table.ts";
import { describeWithClients } from "../support/clients.ts";
import { makeKey } from "../support/scene.ts";
import { TempHome } from "../support/temp-home.ts";
import { withLimit } from "../support/wait.ts";

interface Report {
  readonly ok: boolean;
  readonly checks: readonly { name: string; state: string; found: string; fix: string | null }[];
  readonly clients: readonly { client: string; state: string; routed: boolean; trusted: boolean; injected: boolean }[] | null;
}

let home: TempHome;
beforeEach(() => {
  home = new TempHome();
});
afterEach(() => home.remove());

async function examine(
  env: Readonly<Record<string, string>> = {},
  ...words: string[]
): Promise<{ exitCode: number | null; report: Report; bad: string[] }> {
  const { exitCode, stdout } = await home.run(["doctor", "--json", ...words], { env });
  const report = JSON.parse(stdout) as Report;
  return { exitCode, report, bad: report.checks.filter(({ state }) => state === "fail").map(({ name }) => name) };
}

describe("keyward doctor", () => {
  it("is well in a home that has never been used, and makes no profile", async () => {
    const { exitCode, report, bad } = await examine();
    expect({ exitCode, ok: report.ok, bad }).toEqual({ exitCode: 0, ok: true, bad: [] });
    expect(readdirSync(join(home.path, "profiles"))).toEqual([]);
  });

  it("names a broken definition and damaged settings, and goes on", async () => {
    await home.succeed(["daemon", "start"]);
    writeFileSync(join(home.path, "providers", "mine.json"), "{}");
    const broken = await examine();
    expect([broken.exitCode, broken.bad]).toEqual([1, ["provider definitions"]]);
    expect(broken.report.checks.find(({ name }) => name === "provider definitions")?.found).toContain("mine.json");
    writeFileSync(join(home.path, "config.json"), "{oops", { mode: 0o600 });
    expect((await examine()).bad).toEqual(["settings", "provider definitions"]);
  });

  it("says why a daemon does not start", async () => {
    chmodSync(home.path, 0o755);
    const { exitCode, report, bad } = await examine({}, "--clients");
    expect([exitCode, bad]).toEqual([1, ["home", "daemon"]]);
    expect(report.checks.find(({ name }) => name === "daemon")?.fix).toBe(`chmod 700 '${home.path}'`);
    expect(report.clients).toBeNull();
  });

  it("looks at a locked profile without asking for its passphrase", async () => {
    await home.succeed(["profile", "create", "default", "--custody", "passphrase", "--passphrase-stdin"], {
      stdin: "correct horse battery\n",
    });
    await home.succeed(["profile", "lock"]);
    const { exitCode, report } = await examine();
    expect(exitCode).toBe(0);
    expect(report.checks.filter(({ state }) => state === "warn").map(({ name }) => name)).toEqual(["key custody", "store"]);
  });
});

describeWithClients(["curl", "git"], "keyward doctor --clients", () => {
  it("runs what is on the PATH and leaves nothing behind", async () => {
    // Two clients are enough here: all of them would take their time.
    const bin = mkdtempSync(join(home.root, "bin-"));
    for (const client of ["curl", "git"])
      symlinkSync(
        spawnSync("sh", ["-c", `command -v ${client}`])
          .stdout.toString()
          .trim(),
        join(bin, client),
      );
    const { report } = await examine({ PATH: bin }, "--clients");
    expect(report.clients).toHaveLength(2);
    for (const client of ["curl", "git"]) {
      expect(report.clients?.find((finding) => finding.client === client)).toMatchObject({
        routed: true,
        trusted: true,
        injected: true,
        state: "ok",
      });
    }
    expect(readdirSync(join(home.path, "state")).sort()).toEqual(["daemon.lock", "daemon.log", "daemon.sock"]);
  });
});

describeWithClients(["curl"], "a refused request", () => {
  it("leads from the id in its answer to its code, its meaning and the next command", async () => {
    const refused = await home.run([
      "run",
      "--deny",
      "example.com",
      "--",
      "sh",
      "-c",
      'curl -s -x "$HTTPS_PROXY" http://example.com/a?b=c',
    ]);
    const id = /"request_id":"(req_\w+)"/.exec(refused.stdout)?.[1] ?? "";
    const shown = await home.succeed(["audit", "show", id]);
    expect(shown.stdout).toContain("RULE_DENIED: a rule of the run forbids this request");
    expect(shown.stdout).toMatch(/^next: keyward /m);
    expect(shown.stdout).not.toContain("b=c");
    expect(await home.run(["audit", "show", "req_none"])).toMatchObject({ exitCode: 2 });
  });

  it("is explained from the id that its client was shown, whatever refused it and whichever client", async () => {
    await home.succeed(["login", "openai", "--stdin"], { stdin: `${makeKey("openai")}\n` });
    const fetchDenied = `fetch("https://example.com/").catch((error) => console.log(error.cause.message))`;
    const refusals = {
      RULE_DENIED: `node -e '${fetchDenied}'`,
      PLACEHOLDER_LEAK: 'curl -s -H "x: $OPENAI_API_KEY" http://example.org/',
      HOST_MISMATCH: "curl -s -H 'Host: example.org' https://api.openai.com/",
    };
    for (const [code, command] of Object.entries(refusals)) {
      const { stdout } = await home.run(["run", "--deny", "example.com", "--", "sh", "-c", command]);
      const shown = await home.succeed(["audit", "show", /req_\w+/.exec(stdout)?.[0] ?? stdout]);
      expect(shown.stdout).toContain(`${code}: ${ERRORS[code as ErrorCode].means}`);
      const next = /^next: keyward (explain GET '\S+')$/m.exec(shown.stdout)?.[1] ?? "";
      expect(await home.run(next.replaceAll("'", "").split(" "))).toMatchObject({ exitCode: 0 });
    }
  });

  it("shows in audit tail while it is followed, until Ctrl-C", async () => {
    await home.succeed(["run", "--", "true"]);
    const tail = home.spawn(["audit", "tail", "--json", "--lines", "0"]);
    let seen = "";
    const arrived = new Promise<void>((resolve) => {
      tail.child.stdout.on("data", (text: string) => {
        seen += text;
        if (seen.includes("RULE_DENIED")) resolve();
      });
    });
    // It follows from when it has looked first: refusals go on until one shows.
    const refuse = async (): Promise<void> => {
      while (!seen.includes("RULE_DENIED")) {
        await home.run(["run", "--deny", "example.com", "--", "sh", "-c", 'curl -s -x "$HTTPS_PROXY" http://example.com/']);
      }
    };
    await Promise.all([withLimit(arrived, "a refusal to be shown"), refuse()]);
    tail.child.kill("SIGINT");
    expect(await tail.finished).toMatchObject({ exitCode: 0, stderr: "" });
    for (const line of seen.trimEnd().split("\n")) expect(JSON.parse(line)).toHaveProperty("request_id");
  });
});
