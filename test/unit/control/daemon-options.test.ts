import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DAEMON_NODE_OPTIONS } from "../../../src/control/daemon-options.ts";

describe("the daemon's Node options", () => {
  it("are options of this Node", () => {
    const { status, stderr } = spawnSync(process.execPath, [...DAEMON_NODE_OPTIONS, "-e", "0"], { encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
  });

  it("are those that the unit of docs/keyward.service gives, since a daemon with any other starts itself anew", () => {
    const unit = readFileSync(join(import.meta.dirname, "../../../docs/keyward.service"), "utf8");
    const started = /^ExecStart=\S+ (.*)$/m.exec(unit)?.[1]?.split(" ") ?? [];
    const given = started.filter((word) => word.startsWith("--"));
    expect(given.length).toBeGreaterThan(0);
    expect(DAEMON_NODE_OPTIONS).toEqual(expect.arrayContaining(given));
  });
});
