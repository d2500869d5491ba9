// Standard output as pipes and files really are: slow, closed, full.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { once } from "node:events";
import { describe, expect, it } from "vitest";

const SINK = new URL("../../../dist/cli/descriptor-sink.js", import.meta.url).href;
const MEBIBYTE = 1024 * 1024;

/** A program that writes through a sink. */
function program(body: string): readonly string[] {
  return ["--input-type=module", "-e", `import { DescriptorSink } from ${JSON.stringify(SINK)};\n${body}`];
}

describe("DescriptorSink", () => {
  it("has written everything when it returns, however slowly it is read and whoever made the pipe non-blocking", async () => {
    const body = `process.stdout._handle?.setBlocking?.(false); new DescriptorSink(1).write("x".repeat(${MEBIBYTE})); process.exit(0);`;
    const child = spawn(process.execPath, program(body), { stdio: ["ignore", "pipe", "inherit"] });
    let bytes = 0;
    for await (const chunk of child.stdout) {
      bytes += (chunk as Buffer).length;
      await new Promise(setImmediate);
    }
    expect(bytes).toBe(MEBIBYTE);
  });

  it("ends the program quietly when its reader has gone", async () => {
    const body = `const sink = new DescriptorSink(1); sink.write("first\\n"); for (;;) sink.write("more\\n".repeat(1000));`;
    const child = spawn(process.execPath, program(body), { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await once(child.stdout, "data");
    child.stdout.destroy();
    const [status] = (await once(child, "close")) as [number];
    expect({ status, said }).toEqual({ status: 0, said: "" });
  });

  it.runIf(existsSync("/dev/full"))("names the system's reason on a full disk", () => {
    const body = `try { new DescriptorSink(1).write("x"); } catch (error) { console.error(error.code, error.message); }`;
    const done = spawnSync("/bin/sh", ["-c", '"$0" "$@" > /dev/full', process.execPath, ...program(body)], { encoding: "utf8" });
    expect(done.stderr).toBe("OUTPUT_FAILED cannot write to standard output (ENOSPC)\n");
  });

  it("never fails over standard error", () => {
    const body = `new DescriptorSink(2).write("x"); process.exit(3);`;
    const done = spawnSync("/bin/sh", ["-c", '"$0" "$@" 2> /dev/full', process.execPath, ...program(body)], { encoding: "utf8" });
    expect(done.status).toBe(3);
  });
});
