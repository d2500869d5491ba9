// One daemon per home, whatever happens: a kill under a running child, a stop, a second home. Fifty first commands at once: lifecycle.test.ts.
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { LiveChild } from "../support/live-child.ts";
import { openScene, type Scene } from "../support/scene.ts";
import { TempHome } from "../support/temp-home.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

async function scene(): Promise<Scene> {
  const opened = await openScene({ answer: { body: "still here" } });
  open.push(opened);
  return opened;
}

function home(): TempHome {
  const made = new TempHome();
  open.push({ close: () => made.remove() });
  return made;
}

describe("the daemon", () => {
  it("is killed under a running child and comes back on the same port for the same token", async () => {
    const opened = await scene();
    const { home: place, upstream } = opened;
    const key = await opened.login("openai");
    const child = new LiveChild(place);
    const proxyBefore = (await child.environment())["HTTPS_PROXY"];
    expect((await child.askOpenai()).status).toBe(200);

    const pid = place.daemonPid();
    process.kill(pid, "SIGKILL");
    // No command is needed: the waiting `run` notices and starts another.
    const answer = await untilAnswered(child);
    expect(answer).toMatchObject({ status: 200, body: "still here" });
    expect(upstream.requests.at(-1)?.headers["authorization"]).toBe(`Bearer ${key}`);
    expect((await child.environment())["HTTPS_PROXY"]).toBe(proxyBefore);
    expect(place.daemonPids()).toHaveLength(1);
    expect(place.daemonPids()).not.toContain(pid);
    expect((await place.succeed(["list", "--json"])).stdout).toContain('"connected"');
    expect((await child.end()).exitCode).toBe(0);
    opened.assertNoSecret();
  });

  it("stops when told, is not there then, and starts again on demand", async () => {
    const fresh = home();
    await fresh.succeed(["daemon", "start"]);
    expect(fresh.daemonPids()).toHaveLength(1);
    await fresh.succeed(["daemon", "stop"]);
    expect(fresh.daemonPids()).toHaveLength(0);
    expect(existsSync(join(fresh.path, "state", "daemon.sock"))).toBe(false);
    expect((await fresh.run(["daemon", "stop"])).exitCode).toBe(0);
    await fresh.succeed(["list"]);
    expect(fresh.daemonPids()).toHaveLength(1);
  });

  it("of another home is another, and neither meets the other's keys", async () => {
    const [first, second] = [await scene(), home()];
    await first.login("openai");
    expect((await second.succeed(["list", "--json"])).stdout).not.toContain("connected");
    expect(second.daemonPids()).not.toEqual(first.home.daemonPids());
  });

  it("keeps everything for its user alone, whatever the umask", async () => {
    const opened = await scene();
    const previous = process.umask(0);
    try {
      await opened.login("openai");
    } finally {
      process.umask(previous);
    }
    const readableByOthers = walk(opened.home.path).filter((path) => (statSync(path).mode & 0o077) !== 0);
    expect(readableByOthers).toEqual([]);
  });
});

/** Requests fail while no daemon lives; each attempt ends by itself, so this waits for answers, not for time. */
async function untilAnswered(child: LiveChild): ReturnType<LiveChild["askOpenai"]> {
  const until = Date.now() + 30_000;
  for (;;) {
    const answer = await child.askOpenai();
    if (answer.status !== 0 || Date.now() > until) return answer;
  }
}

function walk(path: string): string[] {
  return [path, ...(statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => walk(join(path, name))) : [])];
}
