import { describe, expect, it } from "vitest";
import { hasBrowser } from "../../../../src/cli/login/headless.ts";

describe("hasBrowser", () => {
  it.each([
    ["linux", true, { DISPLAY: ":0" }, true],
    ["linux", true, { WAYLAND_DISPLAY: "wayland-0" }, true],
    ["linux", true, {}, false],
    ["linux", true, { DISPLAY: ":0", SSH_CONNECTION: "1 2 3 4" }, false],
    ["linux", true, { DISPLAY: ":0", CI: "1" }, false],
    ["linux", true, { DISPLAY: ":0", BROWSER: "none" }, false],
    ["linux", false, { DISPLAY: ":0" }, false],
    ["linux", false, { BROWSER: "firefox" }, true],
    ["linux", false, { BROWSER: "firefox", SSH_CONNECTION: "1 2 3 4" }, false],
    ["linux", false, { BROWSER: "firefox", KEYWARD_CI: "1" }, false],
    ["darwin", true, {}, true],
    ["darwin", false, {}, false],
    ["win32", true, {}, true],
  ] as const)("on %s with terminal %s and %j: %s", (...[platform, hasTerminal, environment, expected]) => {
    expect(hasBrowser({ platform, hasTerminal, environment })).toBe(expected);
  });
});
