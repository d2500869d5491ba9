import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { homesOf, parseBind, readFacts } from "../../../../src/child/sandbox/facts.ts";

let root: string;
let home: string;
let project: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "kw-facts-")));
  [home, project] = [join(root, "user"), join(root, "user/app")];
  mkdirSync(project, { recursive: true });
  mkdirSync(join(root, "kw/state/public"), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function gather(changes: Partial<Parameters<typeof readFacts>[0]> = {}): ReturnType<typeof readFacts> {
  return readFacts({
    environment: { HOME: home, PATH: "/usr/bin" },
    cwd: project,
    keywardHome: join(root, "kw"),
    controlSocket: join(root, "kw/state/daemon.sock"),
    publicDirectory: join(root, "kw/state/public"),
    proxySocket: join(root, "kw/state/s-1"),
    binds: [],
    ...changes,
  });
}

describe("readFacts", () => {
  it("hides the home HOME names and the one of the password database", () => {
    const homes = homesOf({ HOME: home });
    expect(homes).toContain(home);
    expect(homes.length).toBeGreaterThanOrEqual(1);
    expect(gather().homes).toEqual(homes);
  });

  it.each(["user", "", "kw", "kw/state"])("does not make '%s' writable", (path) => {
    const cwd = join(root, path);
    expect(() => gather({ cwd })).toThrow(expect.objectContaining({ code: "SANDBOX_UNAVAILABLE", hint: expect.stringContaining("cd ") }));
  });

  it.each(["/", "/tmp", "/etc", "/usr", "/run"])("does not make %s writable", (cwd) => {
    expect(() => gather({ cwd })).toThrow(expect.objectContaining({ code: "SANDBOX_UNAVAILABLE" }));
  });

  it("finds the sockets and key files that variables name", () => {
    for (const name of ["agent", "bus", "docker", "key"]) writeFileSync(join(root, name), "");
    const environment = {
      HOME: home,
      SSH_AUTH_SOCK: join(root, "agent"),
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(root, "bus")},guid=1`,
      DOCKER_HOST: `unix://${join(root, "docker")}`,
      KEYWARD_KEY_FILE: join(root, "key"),
      KUBECONFIG: "/nowhere",
      XDG_RUNTIME_DIR: join(root, "kw"),
    };
    const { secretFiles, secretDirectories } = gather({ environment });
    expect(secretFiles.filter((path) => path.startsWith(root)).toSorted()).toEqual(
      ["agent", "bus", "docker", "key"].map((name) => join(root, name)),
    );
    expect(secretDirectories).toContain(join(root, "kw"));
  });

  it.runIf(process.platform === "linux")("finds the sockets that other programs listen on", async () => {
    const server = createServer().listen(join(root, "other.sock"));
    await once(server, "listening");
    expect(gather().secretFiles).toContain(join(root, "other.sock"));
    server.close();
  });

  it("refuses to show what a link in the project leads to, and says how it may be meant", () => {
    mkdirSync(join(home, ".ssh"));
    symlinkSync(join(home, ".ssh"), join(project, "data"));
    const binds = [parseBind("./data:ro", { cwd: project, environment: { HOME: home }, keywardHome: join(root, "kw") })];
    const refusal = {
      code: "USAGE",
      message: expect.stringContaining("link in the project"),
      hint: expect.stringContaining(`${home}/.ssh`),
    };
    expect(() => gather({ binds })).toThrow(expect.objectContaining(refusal));
  });

  it("looks for the project's rules from the directory of the run up to the project", () => {
    mkdirSync(join(project, ".git"));
    mkdirSync(join(project, "web/src"), { recursive: true });
    const rules = ["web/src/keyward.json", "web/keyward.json", "keyward.json"].map((path) => join(project, path));
    expect(gather({ cwd: join(project, "web/src") }).rules).toEqual(rules);
  });

  it("does not hide the project when the temporary directory is around it", () => {
    expect(gather({ environment: { HOME: home, TMPDIR: home } }).secretDirectories).toEqual([]);
  });
});

describe("parseBind", () => {
  const from = () => ({ cwd: project, environment: { HOME: home }, keywardHome: join(root, "kw") });

  it.each([
    ["/etc:ro", { path: "/etc", readOnly: true, typed: "/etc" }],
    ["/etc:rw", { path: "/etc", readOnly: false, typed: "/etc" }],
  ])("reads %s", (text, bind) => {
    expect(parseBind(text, from())).toEqual(bind);
  });

  it("reads relative paths, ~ and links by their real name", () => {
    mkdirSync(join(home, "cache"));
    mkdirSync(join(project, "out"));
    symlinkSync(join(home, "cache"), join(project, "link"));
    expect(parseBind("out", from()).path).toBe(join(project, "out"));
    expect(parseBind("~/cache", from()).path).toBe(join(home, "cache"));
    expect(parseBind("link:ro", from())).toEqual({ path: join(home, "cache"), readOnly: true, typed: join(project, "link") });
  });

  it.each(["", "/", "/nowhere/at/all", "/proc", "/proc/1", "/dev/mem"])("refuses '%s'", (text) => {
    expect(() => parseBind(text, from())).toThrow(expect.objectContaining({ code: "USAGE" }));
  });

  it("refuses keyward's home and what leads there", () => {
    symlinkSync(join(root, "kw/state"), join(project, "sneaky"));
    for (const text of [join(root, "kw"), join(root, "kw/state"), "sneaky"])
      expect(() => parseBind(text, from())).toThrow(/keyward's own home/);
  });
});
