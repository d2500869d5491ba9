import { describe, expect, it } from "vitest";
import { isAbove, isWithin, type Mount, planMounts, PROXY_SOCKET, type SandboxFacts } from "../../../../src/child/sandbox/mounts.ts";

const HOME = "/home/ann";

function facts(changes: Partial<SandboxFacts> = {}): SandboxFacts {
  return {
    homes: [HOME],
    project: `${HOME}/code/app`,
    gitDirectory: `${HOME}/code/app/.git`,
    keywardHome: `${HOME}/.local/share/keyward`,
    publicDirectory: `${HOME}/.local/share/keyward/state/public`,
    programs: ["/usr", "/usr/lib/node_modules"],
    secretDirectories: [],
    secretFiles: [],
    binds: [],
    searchPath: "/usr/bin:/bin",
    rules: [`${HOME}/code/app/web/keyward.json`, `${HOME}/code/app/keyward.json`],
    resolver: { path: "/etc/resolv.conf", source: `${HOME}/.local/share/keyward/state/public/resolv.conf` },
    proxySocket: `${HOME}/.local/share/keyward/state/s-1`,
    exists: () => true,
    isPlainDirectory: () => true,
    isLink: () => false,
    ...changes,
  };
}

/** What the program finds at a path: the last mount that covers it. */
function seenAt(path: string, mounts: readonly Mount[]): string {
  const covering = mounts.filter((mount) => isWithin(path, mount.path)).at(-1);
  return covering === undefined ? "read-only" : covering.kind;
}

describe("planMounts", () => {
  it.each([
    [`${HOME}/.ssh/id_ed25519`, "empty"],
    [`${HOME}/.aws/credentials`, "empty"],
    [`${HOME}/.netrc`, "empty"],
    [`${HOME}/.config/gh/hosts.yml`, "empty"],
    [`${HOME}/.local/share/keyrings/login.keyring`, "empty"],
    [`${HOME}/.local/share/keyward/profiles/default.db`, "empty"],
    [`${HOME}/.local/share/keyward/state/daemon.sock`, "empty"],
    [`${HOME}/.local/share/keyward/state/daemon.log`, "empty"],
    ["/run/docker.sock", "empty"],
    ["/run/user/1000/bus", "empty"],
    ["/tmp/ssh-abc/agent.1", "empty"],
    ["/nix/var/nix/daemon-socket/socket", "empty"],
    ["/var/snap/lxd/common/lxd/unix.socket", "empty"],
    [`${HOME}/.local/share/keyward/state/public/ca.pem`, "read-only"],
    [`${HOME}/.gitconfig`, "read-only"],
    [`${HOME}/.nvm/versions/node/v22/bin/node`, "read-only"],
    [`${HOME}/code/app/src/main.ts`, "writable"],
    [`${HOME}/code/app/keyward.json`, "read-only"],
    [`${HOME}/code/app/web/keyward.json`, "read-only"],
    [`${HOME}/code/app/.git/hooks/pre-commit`, "read-only"],
    [`${HOME}/code/app/.git/index`, "writable"],
    [`${HOME}/code/other/file`, "empty"],
    ["/etc/hosts", "read-only"],
    ["/etc/resolv.conf", "read-only"],
    [PROXY_SOCKET, "writable"],
  ])("shows %s as %s", (path, kind) => {
    expect(seenAt(path, planMounts(facts()))).toBe(kind);
  });

  it("hides keyward's home wherever it lies, inside the project as well", () => {
    const inside = facts({ keywardHome: `${HOME}/code/app/kw`, publicDirectory: `${HOME}/code/app/kw/state/public` });
    expect(seenAt(`${HOME}/code/app/kw/profiles/default.key`, planMounts(inside))).toBe("empty");
    const bound = facts({ keywardHome: "/srv/keyward", binds: [{ path: "/srv", readOnly: false }] });
    expect(seenAt("/srv/keyward/profiles/default.key", planMounts(bound))).toBe("empty");
    expect(seenAt("/srv/data", planMounts(bound))).toBe("writable");
  });

  it("shows what was asked for, an inner one over an outer one", () => {
    const binds = [
      { path: "/data/fixed", readOnly: true },
      { path: "/data", readOnly: false },
    ];
    const mounts = planMounts(facts({ binds }));
    expect([seenAt("/data/x", mounts), seenAt("/data/fixed/x", mounts)]).toEqual(["writable", "read-only"]);
  });

  it("never follows a link that an earlier run may have left in the project", () => {
    const mounts = planMounts(facts({ isLink: (path) => path.endsWith("keyward.json") || path.endsWith("hooks") }));
    expect(mounts.some(({ path }) => path.endsWith("keyward.json") || path.endsWith("hooks"))).toBe(false);
  });

  it("covers sockets and key files outside of hidden places, and nothing of the project", () => {
    const secretFiles = ["/opt/agent.sock", `${HOME}/.ssh/agent`, `${HOME}/.volta/agent`, `${HOME}/code/app/.netrc`];
    const masked = planMounts(facts({ secretFiles })).filter((mount) => "source" in mount && mount.source === "/dev/null");
    expect(masked.map(({ path }) => path)).toEqual(["/opt/agent.sock", `${HOME}/.volta/agent`]);
  });

  it("lets a worktree reach the repository it belongs to, without its hooks", () => {
    const mounts = planMounts(facts({ gitDirectory: `${HOME}/code/main/.git` }));
    expect(seenAt(`${HOME}/code/main/.git/objects/x`, mounts)).toBe("writable");
    expect(seenAt(`${HOME}/code/main/.git/hooks/pre-push`, mounts)).toBe("read-only");
    expect(seenAt(`${HOME}/code/main/secret`, mounts)).toBe("empty");
  });

  it("makes git's directory a mount of its own, so that it cannot be moved away with its guarded hooks", () => {
    const paths = planMounts(facts()).map(({ path }) => path);
    const order = [`${HOME}/code/app`, `${HOME}/code/app/.git`, `${HOME}/code/app/.git/hooks`].map((path) => paths.indexOf(path));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order).not.toContain(-1);
  });

  it("lets nobody lay hooks where there are none", () => {
    const hooks = `${HOME}/code/app/.git/hooks`;
    expect(seenAt(hooks, planMounts(facts({ exists: (path) => path !== hooks })))).toBe("empty");
  });

  it("keeps the file of a worktree that says where its repository is", () => {
    const own = `${HOME}/code/app/.git`;
    const worktree = facts({ gitDirectory: `${HOME}/code/main/.git`, isPlainDirectory: (path) => path !== own });
    expect(seenAt(own, planMounts(worktree))).toBe("read-only");
  });

  it("never empties the root, whatever a home is said to be", () => {
    expect(planMounts(facts({ homes: ["/"] })).some(({ path }) => path === "/")).toBe(false);
  });
});

describe("isWithin and isAbove", () => {
  it.each([
    ["/a/b", "/a", true],
    ["/a", "/a", true],
    ["/ab", "/a", false],
    ["/a/..b", "/a", true],
    ["/", "/a", false],
  ])("%s within %s: %s", (path, place, expected) => {
    expect(isWithin(path, place)).toBe(expected);
  });

  it("knows what lies above", () => {
    expect([isAbove("/home", "/home/ann"), isAbove("/home/ann", "/home/ann"), isAbove("/", "/home")]).toEqual([true, false, true]);
  });
});
