import { expect, it } from "vitest";
import { bubblewrapArguments } from "../../../../src/child/sandbox/bubblewrap.ts";

const base = { mounts: [], cwd: "/p", filterFd: 4, command: ["/usr/bin/node", "x.js"] } as const;

it("takes away users, processes, IPC, network and every capability, and dies with its parent", () => {
  const args = bubblewrapArguments(base);
  for (const option of ["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-net", "--die-with-parent"])
    expect(args).toContain(option);
  expect(args.join(" ")).toContain("--cap-drop ALL");
  expect(args.join(" ")).not.toContain("--share-net");
});

it("begins with a read-only root and lays the mounts over it in their order", () => {
  const text = bubblewrapArguments({
    ...base,
    mounts: [
      { kind: "empty", path: "/tmp" },
      { kind: "empty", path: "/home/a" },
      { kind: "read-only", path: "/etc/resolv.conf", source: "/s/resolv.conf" },
      { kind: "writable", path: "/p" },
    ],
  }).join(" ");
  expect(text).toContain(
    "--ro-bind / / --dev /dev --proc /proc --perms 1777 --tmpfs /tmp --perms 0700 --tmpfs /home/a --ro-bind /s/resolv.conf /etc/resolv.conf --bind /p /p",
  );
});

it("ends with the command after --, so that no word of it is an option", () => {
  expect(bubblewrapArguments(base).slice(-5)).toEqual(["--chdir", "/p", "--", "/usr/bin/node", "x.js"]);
});

it("goes without the filter where there is none for the machine", () => {
  expect(bubblewrapArguments({ ...base, filterFd: null })).not.toContain("--seccomp");
});

it("waits, in the namespace that owns the network, for the end of a descriptor", () => {
  const text = bubblewrapArguments({ ...base, gate: { infoFd: 6, holdFd: 7 } }).join(" ");
  expect(text).toContain("--info-fd 6 --ro-bind-data 7 /run/keyward-sandbox/network");
  expect(bubblewrapArguments(base)).not.toContain("--info-fd");
});
