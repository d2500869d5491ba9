import { spawn } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { readLifeFd } from "../../../src/daemon/lifeline.ts";

const SOURCE = new URL("../../../dist/daemon/lifeline.js", import.meta.url).href;

describe("the lifeline", () => {
  it("ends the process and its home when the other end is gone", async () => {
    const home = mkdtempSync(join(tmpdir(), "kw-life-"));
    const program = `import { holdLifeline } from ${JSON.stringify(SOURCE)};
      holdLifeline({ fd: 3, home: ${JSON.stringify(home)}, onEnd: () => process.exit(0) });
      process.stdout.write("held"); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["ignore", "pipe", "inherit", "pipe"] });
    await once(child.stdout!, "data");
    expect(existsSync(home)).toBe(true);
    child.stdio[3]?.destroy();
    const [status] = (await once(child, "exit")) as [number];
    expect(status).toBe(0);
    expect(existsSync(home)).toBe(false);
  });

  it("is named on the daemon's command line", () => {
    expect([
      readLifeFd(["node", "main.js", "--ready-fd=3", "--life-fd=4"]),
      readLifeFd(["--ready-fd=3"]),
      readLifeFd(["--life-fd=x"]),
    ]).toEqual([4, null, null]);
  });
});
