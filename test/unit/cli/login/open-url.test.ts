import { existsSync, mkdtempSync, readFileSync, writeFileSync, chmodSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openUrl } from "../../../../src/cli/login/open-url.ts";

const URL_TEXT = "http://127.0.0.1:7999/a%20b?x=1&y=$(id)";

/** A browser that writes down its arguments, one a line. */
function fakeBrowser(): { program: string; seen: () => Promise<string[]> } {
  const directory = mkdtempSync(join(tmpdir(), "kw-open-"));
  const [program, file] = [join(directory, "browser"), join(directory, "args")];
  writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$@" > '${file}.part' && mv '${file}.part' '${file}'\n`);
  chmodSync(program, 0o755);
  const seen = async (): Promise<string[]> => {
    const watcher = watch(directory);
    while (!existsSync(file)) await new Promise((resolve) => watcher.once("change", resolve));
    watcher.close();
    return readFileSync(file, "utf8").trimEnd().split("\n");
  };
  return { program, seen };
}

describe("openUrl", () => {
  it.each([
    ["", [URL_TEXT]],
    [" --new-window", ["--new-window", URL_TEXT]],
    [" --url=%s now", [`--url=${URL_TEXT}`, "now"]],
    [":lynx", [URL_TEXT]],
  ])("starts BROWSER with words %j, the address never read by a shell", async (words, args) => {
    const browser = fakeBrowser();
    expect(await openUrl(URL_TEXT, { BROWSER: browser.program + words })).toBe(true);
    expect(await browser.seen()).toEqual(args);
  });

  it("says when there is no such program", async () => {
    expect(await openUrl(URL_TEXT, { BROWSER: "/nonexistent/browser" })).toBe(false);
  });
});
