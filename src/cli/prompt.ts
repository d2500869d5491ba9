// The one asker: masked values, visible values and yes/no, always on the terminal and never on stdout.
// In: a question and the flag that would answer it. Out: the answer, or an error that names that flag when nobody can be asked.
// A secret is never echoed, not even its length beyond 32 stars; the terminal is itself again however the question ends.
import { closeSync, openSync, writeSync } from "node:fs";
import { type Environment, isUnattended, readVariable } from "../config/environment.ts";
import type { ErrorCode } from "../core/error-table.ts";
import { KeywardError } from "../core/errors.ts";
import { cleanText } from "./text/clean.ts";
import { EMPTY_LINE, feedLine, type LineState } from "./input/line-editor.ts";
import type { Sink } from "./output.ts";

/** What the asker needs of process.stdin. */
export interface Source extends NodeJS.ReadableStream {
  readonly isTTY?: boolean | undefined;
  setRawMode?(on: boolean): unknown;
}

export interface PromptOptions {
  readonly stdin: Source;
  readonly stderr: Sink;
  readonly environment: Environment;
}

export interface Question {
  readonly label: string;
  /** What to pass instead: "--stdin, --from-env VAR or --from-file FILE". */
  readonly instead: string;
  /** The code when the person ends the question; LOGIN_CANCELLED for a login. */
  readonly cancelled: ErrorCode;
}

const MAX_STARS = 32;

export class Prompt {
  /** Read when a question comes and not before: opening standard input changes it (see main.ts). */
  readonly #options: PromptOptions;
  readonly #isSilent: boolean;
  #typedAhead = "";

  /** @param isSilent nobody is asked, whoever sits there */
  constructor(options: PromptOptions, isSilent = false) {
    this.#options = options;
    this.#isSilent = isSilent;
  }

  /** Is there a person at a terminal? */
  get canAsk(): boolean {
    const { stdin, environment } = this.#options;
    return !this.#isSilent && !isUnattended(environment) && stdin.isTTY === true && stdin.setRawMode !== undefined;
  }

  /** A value that must not be seen. @throws INPUT_NEEDED, or the question's `cancelled` */
  async secret(question: Question): Promise<string> {
    return this.#ask(question, readVariable("TERM", this.#options.environment) === "dumb" ? "nothing" : "stars");
  }

  /** A value that may be seen. */
  async text(question: Question): Promise<string> {
    return this.#ask(question, "text");
  }

  /** Yes or an error. `yes` is --yes. @throws CONFIRMATION_NEEDED */
  async confirm(question: string, yes: boolean): Promise<void> {
    if (yes) return;
    if (!this.canAsk) {
      throw new KeywardError("CONFIRMATION_NEEDED", "this needs a yes and there is no terminal to ask on", {
        hint: "add --yes to do it without asking",
      });
    }
    const answer = await this.#ask({ label: `${question} [y/N]`, instead: "--yes", cancelled: "CONFIRMATION_NEEDED" }, "text");
    if (/^y(?:es)?$/i.test(answer.trim())) return;
    throw new KeywardError("CONFIRMATION_NEEDED", "not confirmed, so nothing was changed");
  }

  async #ask(question: Question, echo: Echo): Promise<string> {
    if (!this.canAsk) {
      throw new KeywardError("INPUT_NEEDED", `'${question.label}' is needed and there is no terminal to ask on`, {
        hint: `pass ${question.instead}`,
      });
    }
    const screen = openScreen(this.#options.stderr);
    const label = `${cleanText(question.label)}${/[\]:?]$/.test(question.label) ? " " : ": "}`;
    try {
      const line = await this.#readLine({
        onReady: () => screen.write(label),
        onChange: (before, after) => screen.write(redraw(before, after, echo)),
      });
      this.#typedAhead = line.rest;
      if (line.outcome === "submitted") return line.text;
      throw new KeywardError(question.cancelled, "ended before an answer was given, so nothing was changed", {
        detail: line.outcome === "interrupted" ? { signal: "SIGINT" } : undefined,
      });
    } finally {
      screen.write("\n");
      screen.close();
    }
  }

  /** `onReady`: the terminal echoes no more, so the question may be shown. A key typed before would be seen. */
  #readLine({ onReady, onChange }: LineReaderEvents): Promise<LineState> {
    const { stdin } = this.#options;
    const restore = (): void => void stdin.setRawMode?.(false);
    return new Promise<LineState>((resolve, reject) => {
      let state = EMPTY_LINE;
      const decoder = new TextDecoder();
      const feed = (text: string): void => {
        const before = state;
        state = feedLine(before, text);
        onChange(before.text, state.text);
        if (state.outcome !== "open") finish(() => resolve(state));
      };
      const onData = (chunk: Buffer | string): void => feed(typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }));
      const onEnd = (): void => finish(() => resolve({ ...state, outcome: "ended" }));
      const onError = (error: Error): void => finish(() => reject(error));
      const finish = (settle: () => void): void => {
        stdin.off("data", onData).off("end", onEnd).off("error", onError).pause();
        process.off("exit", restore);
        restore();
        settle();
      };
      process.once("exit", restore);
      stdin.setRawMode?.(true);
      onReady();
      stdin.on("data", onData).on("end", onEnd).on("error", onError).resume();
      if (this.#typedAhead !== "") feed(this.#typedAhead);
    });
  }
}

interface LineReaderEvents {
  readonly onReady: () => void;
  readonly onChange: (before: string, after: string) => void;
}

type Echo = "stars" | "text" | "nothing";

/** What to print so that the line on screen follows the line in memory. */
function redraw(before: string, after: string, echo: Echo): string {
  if (echo === "nothing" || before === after) return "";
  const shown = (text: string): string => (echo === "text" ? cleanText(text) : "*".repeat(Math.min(Array.from(text).length, MAX_STARS)));
  const [from, to] = [shown(before), shown(after)];
  if (to.startsWith(from)) return to.slice(from.length);
  const kept = from.startsWith(to) ? to.length : 0;
  const erased = Array.from(from.slice(kept)).length;
  return "\b \b".repeat(erased) + to.slice(kept);
}

/** stderr when it is the terminal; otherwise the terminal itself, so that `2>log` does not hide the question. */
function openScreen(stderr: Sink): { write(text: string): void; close(): void } {
  if (stderr.isTTY === true) return { write: (text) => void stderr.write(text), close: () => undefined };
  try {
    const terminal = openSync("/dev/tty", "w");
    return { write: (text) => void writeSync(terminal, text), close: () => closeSync(terminal) };
  } catch {
    return { write: (text) => void stderr.write(text), close: () => undefined };
  }
}
