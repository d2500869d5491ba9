// A world for commands under test: collected output, a scripted daemon, a terminal that answers. Nothing outside of the process.
import { mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import type { Control, World } from "../../../src/cli/context.ts";
import { runCli } from "../../../src/cli/run-cli.ts";
import type { MethodName, Params, Result } from "../../../src/control/protocol.ts";

/** What the daemon answers: a value, or a function of the parameters that may throw. */
export type Answers = { readonly [M in MethodName]?: Result<M> | ((params: Params<M>) => Result<M> | Promise<Result<M>>) };

export interface Call {
  readonly method: MethodName;
  readonly params: unknown;
}

export interface FakeOptions {
  readonly answers?: Answers;
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input: text of a pipe, or what a person types at a terminal, one answer per question. */
  readonly stdin?: string;
  readonly typed?: readonly string[];
  readonly stdoutTty?: boolean;
  readonly columns?: number;
  readonly cwd?: string;
  readonly daemonRuns?: boolean;
  readonly onStdout?: (text: string) => void;
}

export interface Finished {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly calls: readonly Call[];
}

export const NOW_MS = Date.UTC(2025, 0, 31, 12);

export class FakeTerminal extends PassThrough {
  readonly isTTY = true;
  readonly rawModes: boolean[] = [];
  setRawMode(on: boolean): this {
    this.rawModes.push(on);
    return this;
  }
}

/** Runs one command line in this process. */
export async function keyward(argv: readonly string[], options: FakeOptions = {}): Promise<Finished> {
  const calls: Call[] = [];
  const out = collector(options.stdoutTty === true, options.columns, options.onStdout);
  const typed = [...(options.typed ?? [])];
  const stdin = typed.length > 0 ? new FakeTerminal() : new PassThrough();
  const err = collector(typed.length > 0, options.columns, (text) => {
    // The question is on the screen: its answer is typed.
    if (/[:?\]] $/.test(text) && typed.length > 0) setImmediate(() => stdin.write(typed.shift() ?? ""));
  });
  if (typed.length === 0) stdin.end(options.stdin ?? "");
  const control = fakeControl(options.answers ?? {}, calls);
  const home = realpathSync(mkdtempSync(join(tmpdir(), "kw-cli-")));
  const world: World = {
    stdin,
    stdout: out.sink,
    stderr: err.sink,
    environment: { KEYWARD_HOME: join(home, "h"), TERM: "xterm", ...options.env },
    cwd: options.cwd ?? home,
    nowMs: () => NOW_MS,
    connect: async () => control,
    find: async () => (options.daemonRuns === false ? null : control),
  };
  const status = await runCli(argv, world);
  return { status, stdout: out.text(), stderr: err.text(), calls };
}

export function fakeControl(answers: Answers, calls: Call[] = []): Control & { end(): void } {
  let end: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => {
    end = resolve;
  });
  const call = async <M extends MethodName>(method: M, params: Params<M>): Promise<Result<M>> => {
    calls.push({ method, params });
    const answer = answers[method] as unknown;
    if (answer === undefined) throw new Error(`the test has no answer for ${method}`);
    return (typeof answer === "function" ? (answer as (given: Params<M>) => unknown)(params) : answer) as Result<M>;
  };
  return { call, closed, close: end, end, notice: null };
}

function collector(isTTY: boolean, columns: number | undefined, onWrite: (text: string) => void = () => undefined) {
  const parts: string[] = [];
  const write = (text: string): void => {
    parts.push(text);
    onWrite(text);
  };
  return { sink: { write, isTTY, columns }, text: () => parts.join("") };
}
