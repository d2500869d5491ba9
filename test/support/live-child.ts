// A child of `keyward run` that stays alive and makes requests when told to: a node program that reads one order a line and answers one a line.
// For everything that must hold while a program runs: rotation, logout, a killed daemon, two runs at once.
import type { Finished, LiveCommand } from "./keyward.ts";
import type { TempHome } from "./temp-home.ts";
import { Arrivals, withLimit } from "./wait.ts";

export interface ChildAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Set when the request failed before an answer. */
  readonly error?: string;
}

const PROGRAM = `
import { createInterface } from "node:readline";
const fill = (text) => text.replace(/\\$([A-Z_]+)/g, (_all, name) => process.env[name] ?? "");
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  if (order.environment) console.log(JSON.stringify(process.env));
  else {
    const headers = Object.fromEntries(Object.entries(order.headers).map(([name, value]) => [name, fill(value)]));
    try {
      const response = await fetch(fill(order.url), { method: order.method, headers, body: order.body });
      const body = await response.text();
      console.log(JSON.stringify({ status: response.status, headers: Object.fromEntries(response.headers), body }));
    } catch (error) {
      console.log(JSON.stringify({ status: 0, headers: {}, body: "", error: String(error.cause?.code ?? error.cause ?? error) }));
    }
  }
}
`;

export interface ChildRequest {
  readonly method?: string;
  /** `$NAME` is replaced by the child's own variable. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export class LiveChild {
  readonly command: LiveCommand;
  readonly #lines = new Arrivals<string>();

  constructor(home: TempHome, runArgs: readonly string[] = []) {
    const script = home.write("live-child.mjs", PROGRAM);
    this.command = home.spawn(["run", ...runArgs, "--", process.execPath, script]);
    let rest = "";
    this.command.child.stdout.on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.#lines.arrive(line);
    });
  }

  async request(url: string, request: ChildRequest = {}): Promise<ChildAnswer> {
    return JSON.parse(await this.#order({ url, method: "GET", headers: {}, ...request })) as ChildAnswer;
  }

  /** A request to OpenAI's API the way its clients make one. */
  askOpenai(): Promise<ChildAnswer> {
    return this.request("https://api.openai.com/v1/models", { headers: { authorization: "Bearer $OPENAI_API_KEY" } });
  }

  async environment(): Promise<Record<string, string>> {
    return JSON.parse(await this.#order({ environment: true })) as Record<string, string>;
  }

  /** Closes the child's input, which ends it. */
  end(): Promise<Finished> {
    this.command.child.stdin.end();
    return withLimit(this.command.finished, "the child to end");
  }

  #order(order: object): Promise<string> {
    this.command.child.stdin.write(`${JSON.stringify(order)}\n`);
    const ended = this.command.finished.then(({ exitCode, stderr }): never => {
      throw new Error(`the child is gone (${exitCode}): ${stderr}`);
    });
    return Promise.race([this.#lines.next(), ended]);
  }
}
