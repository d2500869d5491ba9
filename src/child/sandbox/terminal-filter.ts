// A system-call filter (seccomp, classic BPF) that keeps a sandboxed program from typing into the terminal it shares with the user's
// shell: TIOCSTI and TIOCLINUX are refused with EPERM, every other call passes. Without it the sandbox would end at the next prompt.
// In: the machine's architecture. Out: the filter's bytes, or null for an architecture it does not know. Pure.

/** linux/bpf_common.h, linux/seccomp.h. */
const LOAD_WORD = 0x20;
const JUMP_EQUAL = 0x15;
const JUMP_ANY_BIT = 0x45;
const RETURN = 0x06;
const ALLOW = 0x7fff_0000;
const DENY_EPERM = 0x0005_0001;
const KILL_PROCESS = 0x8000_0000;

/** Offsets in struct seccomp_data; the low half of the second argument, little endian. */
const NUMBER = 0;
const ARCHITECTURE = 4;
const REQUEST = 24;

const TIOCSTI = 0x5412;
const TIOCLINUX = 0x541c;
/** x32 calls on x86-64 have numbers of their own; nobody needs them. */
const X32_BIT = 0x4000_0000;

interface Machine {
  /** AUDIT_ARCH_*; the first is the native one. */
  readonly architecture: number;
  readonly ioctl: number;
}

const X86_64: Machine = { architecture: 0xc000_003e, ioctl: 16 };
const I386: Machine = { architecture: 0x4000_0003, ioctl: 54 };
const ARM64: Machine = { architecture: 0xc000_00b7, ioctl: 29 };
const ARM: Machine = { architecture: 0x4000_0028, ioctl: 54 };

export function terminalFilter(architecture: string = process.arch): Buffer | null {
  if (architecture === "x64") return assemble([X86_64, I386], true);
  return architecture === "arm64" ? assemble([ARM64, ARM], false) : null;
}

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number];

/** One block per machine; a call of any other machine ends the process. */
function assemble(machines: readonly Machine[], hasX32: boolean): Buffer {
  const program: Instruction[] = [[LOAD_WORD, 0, 0, ARCHITECTURE]];
  for (const [at, { architecture, ioctl }] of machines.entries()) {
    const block = judgeIoctl(ioctl, hasX32 && at === 0);
    program.push([JUMP_EQUAL, 0, block.length, architecture], ...block);
  }
  program.push([RETURN, 0, 0, KILL_PROCESS]);
  const bytes = Buffer.alloc(program.length * 8);
  for (const [at, [code, ifTrue, ifFalse, value]] of program.entries()) {
    bytes.writeUInt16LE(code, at * 8);
    bytes.writeUInt8(ifTrue, at * 8 + 2);
    bytes.writeUInt8(ifFalse, at * 8 + 3);
    bytes.writeUInt32LE(value, at * 8 + 4);
  }
  return bytes;
}

/** Ends in a return whatever happens. */
function judgeIoctl(ioctl: number, refusesX32: boolean): Instruction[] {
  return [
    [LOAD_WORD, 0, 0, NUMBER],
    ...(refusesX32 ? [[JUMP_ANY_BIT, 5, 0, X32_BIT] as const] : []),
    [JUMP_EQUAL, 0, 3, ioctl],
    [LOAD_WORD, 0, 0, REQUEST],
    [JUMP_EQUAL, 2, 0, TIOCSTI],
    [JUMP_EQUAL, 1, 0, TIOCLINUX],
    [RETURN, 0, 0, ALLOW],
    [RETURN, 0, 0, DENY_EPERM],
  ];
}
