import { describe, expect, it } from "vitest";
import { resolvePaths, userHome } from "../../../src/config/paths.ts";

describe("resolvePaths", () => {
  it("puts everything below KEYWARD_HOME", () => {
    const { home, controlSocket, ...rest } = resolvePaths({ KEYWARD_HOME: "/tmp/k" });
    expect(home).toBe("/tmp/k");
    expect(Object.values(rest).filter((path) => !path.startsWith("/tmp/k/"))).toEqual([]);
    expect(controlSocket).toBe("/tmp/k/state/daemon.sock");
  });

  it("makes a relative KEYWARD_HOME absolute", () => {
    expect(resolvePaths({ KEYWARD_HOME: "somewhere" }).home).toBe(`${process.cwd()}/somewhere`);
  });

  it.runIf(process.platform === "linux")("follows XDG_DATA_HOME when it is absolute, else the user's home", () => {
    expect(resolvePaths({ HOME: "/home/ada", XDG_DATA_HOME: "/data" }).home).toBe("/data/keyward");
    expect(resolvePaths({ HOME: "/home/ada", XDG_DATA_HOME: "relative" }).home).toBe("/home/ada/.local/share/keyward");
    expect(resolvePaths({ HOME: "/home/ada" }).home).toBe("/home/ada/.local/share/keyward");
  });

  it("finds a short place for the socket of a home with a long path, one for each home", () => {
    const long = `/tmp/${"deep/".repeat(30)}`;
    const [first, second] = [`${long}a`, `${long}b`].map(
      (home) => resolvePaths({ KEYWARD_HOME: home, XDG_RUNTIME_DIR: "/run/user/1" }).controlSocket,
    );
    expect(first).toMatch(/^\/run\/user\/1\/keyward-\d+-[0-9a-f]{16}\/daemon\.sock$/);
    expect(Buffer.byteLength(first ?? "")).toBeLessThanOrEqual(104);
    expect(second).not.toBe(first);
  });

  it("counts bytes, not characters, of the socket's path", () => {
    const home = `/tmp/${"ü".repeat(40)}`;
    expect(resolvePaths({ KEYWARD_HOME: home, XDG_RUNTIME_DIR: "/run/u" }).controlSocket).toMatch(/^\/run\/u\//);
  });
});

describe("userHome", () => {
  it("is HOME, or what the system knows", () => {
    expect(userHome({ HOME: "/home/ada" })).toBe("/home/ada");
    expect(userHome({})).toMatch(/^\//);
  });
});
