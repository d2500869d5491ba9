import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PROTOCOL_VERSION } from "../../../src/control/protocol.ts";
import { withLimit } from "../../support/wait.ts";
import { KEY, refusal, useDaemon } from "./living-daemon.ts";

const daemon = useDaemon();

describe("a newer command", () => {
  async function greet(): Promise<{ stepsAside: boolean }> {
    const socket = connect(daemon.home.paths.controlSocket);
    socket.write(`${JSON.stringify({ hello: { protocol: PROTOCOL_VERSION + 1, version: "99.0.0", replace: true } })}\n`);
    const [data] = (await once(socket, "data")) as [Buffer];
    socket.destroy();
    return (JSON.parse(data.toString().split("\n")[0] ?? "") as { hello: { stepsAside: boolean } }).hello;
  }

  it("makes an older daemon stop when nothing lives in it", async () => {
    expect(await greet()).toMatchObject({ stepsAside: true });
    await withLimit(daemon.client.closed, "the daemon to stop");
  });

  it("does not while a run lives", async () => {
    const { runId } = await daemon.startRun();
    expect(await greet()).toMatchObject({ stepsAside: false });
    await daemon.client.call("run.end", { runId });
    expect(await greet()).toMatchObject({ stepsAside: true });
  });
});

describe("the daemon's files", () => {
  it("no file outside the store holds a key, not even after errors and a crash", async () => {
    await daemon.store();
    await refusal(daemon.store({ fields: { key: `${KEY} x` } }));
    await refusal(daemon.client.call("provider.validate", { path: "p", text: KEY, more: KEY } as never));
    await daemon.crash();
    const files = readdirSync(daemon.home.root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(5);
    for (const entry of files) expect(readFileSync(join(entry.parentPath, entry.name)).includes(KEY), entry.name).toBe(false);
  });
});

describe("an unwritable or damaged home", () => {
  it("with a damaged config.json says so, and status still stops cleanly", async () => {
    mkdirSync(daemon.home.paths.home, { recursive: true });
    writeFileSync(daemon.home.paths.config, "{", { mode: 0o600 });
    expect(await refusal(daemon.store())).toMatchObject({ code: "SETTINGS_CORRUPT" });
    expect(await daemon.client.call("daemon.stop", {})).toEqual({});
    await withLimit(daemon.client.closed, "the daemon to stop");
  });
});
