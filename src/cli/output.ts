// The one writer: everything a command says goes through here. Data to stdout, everything else to stderr.
// In: results, tables, notices, errors. Out: text for people, or with --json one object on stdout and JSON lines on stderr.
// It never prints a control character that came from data, and only bugs show a stack.
import type { Environment } from "../config/environment.ts";
import { type KeywardError, systemCode } from "../core/errors.ts";
import { nextSteps } from "./show/next-steps.ts";
import type { OutputMode } from "./show/output-mode.ts";
import { cleanJson, cleanText } from "./text/clean.ts";
import { choosePaint, type Style } from "./text/colour.ts";
import { type Cell, formatTable } from "./text/table.ts";

/** What the writer needs of process.stdout and process.stderr. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export interface OutputOptions {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly environment: Environment;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly colour: boolean;
  /** KEYWARD_OUTPUT, where it asks for more than json: `agent` = lines on stderr are JSON, `quiet` = no notices. */
  readonly mode?: OutputMode;
}

export class Output {
  readonly json: boolean;
  readonly #stdout: Sink;
  readonly #stderr: Sink;
  readonly #verbose: boolean;
  readonly #options: OutputOptions;

  constructor(options: OutputOptions) {
    this.json = options.json;
    this.#stdout = options.stdout;
    this.#stderr = options.stderr;
    this.#verbose = options.verbose;
    this.#options = options;
  }

  /** Asked for with the first line, for many a command prints none. */
  #paint(text: string, style: Style, sink: Sink = this.#stdout): string {
    return choosePaint(sink.isTTY === true, this.#options.colour, this.#options.environment)(text, style);
  }

  /** One line for people; silent with --json. */
  line(text = "", style: Style | null = null): void {
    if (this.json) return;
    const clean = cleanText(text);
    this.#stdout.write(`${style === null ? clean : this.#paint(clean, style)}\n`);
  }

  /** Columns for people; silent with --json. */
  table(head: readonly string[], rows: readonly (readonly Cell[])[]): void {
    if (this.json) return;
    const maxWidth = this.#stdout.isTTY === true ? (this.#stdout.columns ?? null) : null;
    for (const line of formatTable(head, rows, { maxWidth, paint: (text, style) => this.#paint(text, style) }))
      this.#stdout.write(`${line}\n`);
  }

  /** `name: value` lines for people; silent with --json. */
  facts(facts: readonly (readonly [string, string])[]): void {
    const width = Math.max(...facts.map(([name]) => name.length)) + 2;
    for (const [name, value] of facts) this.line(`${`${name}:`.padEnd(width)}${value}`.trimEnd());
  }

  /** The object of --json; silent without. */
  object(value: Readonly<Record<string, unknown>>): void {
    if (this.json) this.#stdout.write(`${cleanJson(value, this.#stdout.isTTY === true ? 2 : 0)}\n`);
  }

  /** The array of --json, for the few commands whose result is one; silent without. */
  list(values: readonly Readonly<Record<string, unknown>>[]): void {
    if (this.json) this.#stdout.write(`${cleanJson(values, this.#stdout.isTTY === true ? 2 : 0)}\n`);
  }

  /** One of many objects of --json, always on a line of its own; silent without. */
  objectLine(value: Readonly<Record<string, unknown>>): void {
    if (this.json) this.#stdout.write(`${cleanJson(value, 0)}\n`);
  }

  /** Exact text on stdout: a revealed value, a certificate, help. The caller answers for its content. */
  raw(text: string): void {
    this.#stdout.write(text);
  }

  /** stderr is for programs. */
  get #isJsonOnStderr(): boolean {
    return this.json || this.#options.mode === "agent";
  }

  /** Good to know, on stderr; silent with --json, where the result carries it. */
  note(text: string): void {
    if (!this.#isJsonOnStderr && this.#options.mode !== "quiet") this.#stderr.write(`${cleanText(text)}\n`);
  }

  /** Must be seen now (the address of the login form). */
  tell(text: string): void {
    this.#stderr.write(this.#isJsonOnStderr ? `${cleanJson({ notice: { message: text } }, 0)}\n` : `${cleanText(text)}\n`);
  }

  warn(text: string): void {
    if (this.#isJsonOnStderr) this.#stderr.write(`${cleanJson({ warning: { message: text } }, 0)}\n`);
    else this.#stderr.write(`${this.#paint("warning:", "warn", this.#stderr)} ${cleanText(text)}\n`);
  }

  /** Only with --verbose. */
  detail(text: string): void {
    if (this.#verbose) this.tell(text);
  }

  error(error: KeywardError): void {
    if (this.#isJsonOnStderr) {
      const { code, message, hint } = error;
      const shown = { code, message, ...(hint === undefined ? {} : { hint }), next_steps: nextSteps(hint) };
      this.#stderr.write(`${cleanJson({ error: shown }, 0)}\n`);
    } else {
      this.#stderr.write(`${this.#paint("error:", "bad", this.#stderr)} ${cleanText(error.message)}\n`);
      if (error.hint !== undefined) this.#stderr.write(`${this.#paint("hint:", "dim", this.#stderr)} ${cleanText(error.hint)}\n`);
    }
    if (error.code === "INTERNAL" && !this.#isJsonOnStderr) this.#stderr.write(stackOf(error));
  }
}

/** Frames only: the text of a foreign error may quote what it choked on. */
function stackOf(error: KeywardError): string {
  const origin = error.cause instanceof Error ? error.cause : error;
  const frames = (origin.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const code = systemCode(origin);
  return [
    `${origin.name}${code === undefined ? "" : ` ${cleanText(code)}`}`,
    ...frames.map((frame) => `    ${cleanText(frame).trim()}`),
    "",
  ].join("\n");
}
