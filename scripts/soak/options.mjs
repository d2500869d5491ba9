// Used by soak.mjs, not run by itself: what the soak takes.
// In: the arguments. Out: numbers with their defaults; or usage and an exit.
import { parseArgs } from "node:util";

const USAGE = `npm run soak -- [options]
  --minutes N        how long (default 10)
  --runs N           runs at once, each with a connection and key of its own (default 50)
  --connections N    kept-alive connections of each run (default 20)
  --streams N        event streams and WebSockets held open, half and half (default 1000)
  --rps N            requests per second of all runs together (default 300)
  --json FILE        write every sample there`;

const NUMBERS = { minutes: 10, runs: 50, connections: 20, streams: 1_000, rps: 300 };

export function readOptions(args) {
  try {
    const strings = Object.fromEntries([...Object.keys(NUMBERS), "json"].map((name) => [name, { type: "string" }]));
    const { values } = parseArgs({ args, options: { ...strings, help: { type: "boolean", short: "h", default: false } } });
    if (values.help) end(USAGE, 0);
    const numbers = Object.entries(NUMBERS).map(([name, fallback]) => [
      name,
      values[name] === undefined ? fallback : numberOf(name, values[name]),
    ]);
    return { ...Object.fromEntries(numbers), json: values.json };
  } catch (error) {
    return end(`keyward soak: ${error.message}\n\n${USAGE}`, 2);
  }
}

function numberOf(name, text) {
  const isFine = name === "minutes" ? Number(text) > 0 : /^\d{1,6}$/.test(text) && (Number(text) > 0 || name === "streams");
  if (!isFine) throw new Error(`--${name} wants a number`);
  return Number(text);
}

function end(text, status) {
  (status === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  process.exit(status);
}
