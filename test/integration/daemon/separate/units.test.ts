// The systemd units of the documentation: systemd takes every line of them, they leave the service little, and the daemon can work under
// the one limit that has broken it before. Nothing is started by systemd here.
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../../../..");
const directory = mkdtempSync(join(tmpdir(), "kw-units-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const hasAnalyze = spawnSync("systemd-analyze", ["--version"]).status === 0;
const textOf = (unit: string): string => readFileSync(join(root, "docs", unit), "utf8");

/** Where the programs are that this machine has. */
function placed(unit: string): string {
  const path = join(directory, unit.split("/").at(-1) ?? unit);
  writeFileSync(path, textOf(unit).replace(/^(ExecStart(?:Pre)?)=\S+/gm, `$1=${process.execPath}`));
  return path;
}

describe.runIf(hasAnalyze).each(["keyward.service", "hub/keyward-hub.service"])("%s", (unit) => {
  it("is what systemd understands, without a warning", () => {
    const { status, stdout, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", placed(unit)], { encoding: "utf8" });
    expect([status, stdout, stderr]).toEqual([0, "", ""]);
  });

  it("is exposed by less than 2.5 of 10", () => {
    const { stdout } = spawnSync("systemd-analyze", ["security", "--offline=true", "--no-pager", placed(unit)], { encoding: "utf8" });
    expect(Number(/exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1])).toBeLessThan(2.5);
  });
});

describe.runIf(process.platform === "linux" && process.arch === "x64")("RestrictAddressFamilies of keyward.service", () => {
  const FAMILIES: Readonly<Record<string, number>> = { AF_UNIX: 1, AF_INET: 2, AF_INET6: 10, AF_NETLINK: 16 };
  const named = /^RestrictAddressFamilies=(.*)$/m.exec(textOf("keyward.service"))?.[1]?.split(" ") ?? [];

  /** The daemon's own look at an address, in a process that may open sockets of these families alone. */
  function lookAt(address: string, families: readonly string[]): string {
    const script = `
      const { checkAddress } = await import(${JSON.stringify(join(root, "dist/proxy/upstream/resolve.js"))});
      const check = { authority: { host: "api.example.test", port: 443 }, port: 443, allow: [], ownPorts: [] };
      try { checkAddress(${JSON.stringify(address)}, check); console.log("may be dialled"); } catch (error) { console.log(error.code, error.hint); }`;
    const filter = join(directory, "filter");
    writeFileSync(filter, allowFamilies(families.map((name) => FAMILIES[name] ?? -1)));
    const fd = openSync(filter, "r");
    const args = ["--dev-bind", "/", "/", "--seccomp", "3", process.execPath, "--input-type=module", "-e", script];
    const done = spawnSync("bwrap", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe", fd] });
    closeSync(fd);
    return done.stdout + done.stderr;
  }

  it("lets the daemon know the machine's own addresses", () => {
    expect(lookAt("93.184.216.34", named)).toBe("may be dialled\n");
    expect(lookAt("127.0.0.1", named)).toMatch(/^TARGET_FORBIDDEN /);
  });

  it("without AF_NETLINK nothing is dialled, and the refusal says why", () => {
    expect(lookAt("93.184.216.34", ["AF_UNIX", "AF_INET", "AF_INET6"])).toMatch(/^TARGET_FORBIDDEN .*AF_NETLINK/);
  });
});

/** A filter as systemd makes it (x86-64): socket(2) with any other family is EAFNOSUPPORT. */
function allowFamilies(families: readonly number[]): Buffer {
  const [LOAD, EQUAL, RETURN, SOCKET, ALLOW, REFUSE] = [0x20, 0x15, 0x06, 41, 0x7fff_0000, 0x0005_0000 | 97];
  const steps: readonly (readonly [number, number, number, number])[] = [
    [LOAD, 0, 0, 0],
    [EQUAL, 0, families.length + 2, SOCKET],
    [LOAD, 0, 0, 16],
    ...families.map((family, at) => [EQUAL, families.length - at, 0, family] as const),
    [RETURN, 0, 0, REFUSE],
    [RETURN, 0, 0, ALLOW],
  ];
  return Buffer.concat(
    steps.map(([code, ifTrue, ifFalse, value]) => {
      const bytes = Buffer.alloc(8);
      bytes.writeUInt16LE(code, 0);
      bytes.writeUInt8(ifTrue, 2);
      bytes.writeUInt8(ifFalse, 3);
      bytes.writeUInt32LE(value, 4);
      return bytes;
    }),
  );
}
