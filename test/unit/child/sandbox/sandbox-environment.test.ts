import { expect, it } from "vitest";
import { refuseInside, sandboxEnvironment } from "../../../../src/child/sandbox/sandbox-environment.ts";

it("leaves out what leads to agents, buses, displays and containers, and keeps the rest", () => {
  const env = {
    PATH: "/bin",
    HTTPS_PROXY: "http://x",
    SSH_AUTH_SOCK: "/s",
    DBUS_SESSION_BUS_ADDRESS: "unix:path=/b",
    XDG_RUNTIME_DIR: "/run/user/1",
    DOCKER_HOST: "unix:///d",
    KEYWARD_KEY_COMMAND: "pass show k",
    TERM: "xterm",
  };
  expect(sandboxEnvironment(env, [])).toEqual({ PATH: "/bin", HTTPS_PROXY: "http://x", TERM: "xterm", KEYWARD_SANDBOX: "1" });
});

it("keeps what the user wants kept", () => {
  expect(sandboxEnvironment({ DISPLAY: ":0" }, ["DISPLAY"])).toEqual({ DISPLAY: ":0", KEYWARD_SANDBOX: "1" });
});

it("knows the inside by the variable, and lets the outside pass", () => {
  expect(() => refuseInside({ KEYWARD_SANDBOX: "1" })).toThrow(expect.objectContaining({ code: "SANDBOX_INSIDE" }));
  expect(() => refuseInside({})).not.toThrow();
});
