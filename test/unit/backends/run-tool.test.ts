import { describe, expect, it } from "vitest";
import { runTool } from "../../../src/backends/run-tool.ts";
import { refusalOf } from "../../support/backend-tools.ts";

const environment = { PATH: "/usr/bin:/bin" };
const sh = (script: string, timeoutMs?: number): Promise<Buffer> =>
  runTool({ title: "the tool", program: "sh", args: ["-c", script], environment, ...(timeoutMs === undefined ? {} : { timeoutMs }) });

describe("a program that prints a secret", () => {
  it("gets its arguments as they are and nobody's standard input", async () => {
    const odd = "$(touch /tmp/no); `id` | 'x' \"y\"";
    const printed = await runTool({ title: "the tool", program: "printf", args: ["%s", odd], environment });
    expect(printed.toString()).toBe(odd);
    expect((await sh("cat; echo end")).toString()).toBe("end\n");
  });

  it("is ended with everything it started when it takes too long", async () => {
    const startedMs = performance.now();
    expect(await refusalOf(sh("sleep 30 & sleep 30; echo secret-text", 150))).toBe(
      "BACKEND_UNREACHABLE the tool did not end within 0.15 s",
    );
    expect(performance.now() - startedMs).toBeLessThan(10_000);
  });

  it("is ended when it prints without end", async () => {
    expect(await refusalOf(sh("yes secret-text"))).toBe("SECRET_UNAVAILABLE the tool prints more than 64 KiB");
  });

  it("fails with its status and none of its words", async () => {
    expect(await refusalOf(sh("echo secret-text; echo secret-text >&2; exit 3"))).toBe("SECRET_UNAVAILABLE the tool failed with status 3");
    expect(await refusalOf(sh("kill -9 $$"))).toBe("SECRET_UNAVAILABLE the tool was ended by SIGKILL");
  });

  it("is said not to be there", async () => {
    const missing = runTool({ title: "the tool", program: "keyward-no-such-program", args: [], environment });
    expect(await refusalOf(missing)).toContain("the tool is not installed");
  });
});
