import { describe, expect, it } from "vitest";
import { terminalFilter } from "../../../../src/child/sandbox/terminal-filter.ts";

/** Runs classic BPF over one system call, as the kernel does. */
function judge(filter: Buffer, call: { arch: number; number: number; request: number }): string {
  const word: Record<number, number> = { 0: call.number, 4: call.arch, 24: call.request };
  let [accumulator, at] = [0, 0];
  for (let steps = 0; steps < 100; steps++) {
    const [code, ifTrue, ifFalse, value] = [
      filter.readUInt16LE(at * 8),
      filter[at * 8 + 2]!,
      filter[at * 8 + 3]!,
      filter.readUInt32LE(at * 8 + 4),
    ];
    at++;
    if (code === 0x20) accumulator = word[value]!;
    else if (code === 0x15) at += accumulator === value ? ifTrue : ifFalse;
    else if (code === 0x45) at += (accumulator & value) !== 0 ? ifTrue : ifFalse;
    else return { 0x7fff0000: "allow", 0x00050001: "EPERM", 0x80000000: "kill" }[value] ?? "?";
  }
  return "endless";
}

const X64 = 0xc000003e;
const I386 = 0x40000003;

describe("terminalFilter", () => {
  it.each([
    ["TIOCSTI", { arch: X64, number: 16, request: 0x5412 }, "EPERM"],
    ["TIOCLINUX", { arch: X64, number: 16, request: 0x541c }, "EPERM"],
    ["another ioctl", { arch: X64, number: 16, request: 0x5413 }, "allow"],
    ["another call with that number as its argument", { arch: X64, number: 1, request: 0x5412 }, "allow"],
    ["TIOCSTI from 32-bit code", { arch: I386, number: 54, request: 0x5412 }, "EPERM"],
    ["ptrace number of 32-bit code", { arch: I386, number: 16, request: 0x5412 }, "allow"],
    ["TIOCSTI by its x32 number", { arch: X64, number: 0x40000202, request: 0x5412 }, "EPERM"],
    ["a call of a machine nobody knows", { arch: 1, number: 16, request: 0 }, "kill"],
  ])("on x64: %s", (_what, call, verdict) => {
    expect(judge(terminalFilter("x64")!, call)).toBe(verdict);
  });

  it("on arm64: TIOCSTI is refused there as well", () => {
    const filter = terminalFilter("arm64")!;
    expect(judge(filter, { arch: 0xc00000b7, number: 29, request: 0x5412 })).toBe("EPERM");
    expect(judge(filter, { arch: 0xc00000b7, number: 29, request: 0x5401 })).toBe("allow");
  });

  it("is absent where the numbers are not known", () => {
    expect(terminalFilter("riscv64")).toBeNull();
  });
});
