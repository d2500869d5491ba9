// Used by bench.mjs, not run by itself: the benchmark's command line.
// In: argv without node and the script. Out: the options, or the end of the process with 2 and what is wrong with them.
import { basename, isAbsolute } from "node:path";
import { parseArgs } from "node:util";

const USAGE = `usage: npm run bench -- [options]

  --quick            fewer and shorter rounds: to see that it works, not for figures
  --rounds N         how many rounds
  --peers            measure other proxies beside keyward on the same upstream

with --peers:
  --only NAME,NAME   only these: direct, nginx, squid, mitmproxy, http-mitm-proxy, mockttp, keyward
  --json FILE        write every round's figures there
  --into FILE        put the figures under the heading "Figures" of this document (docs/benchmarks.md)
  --profile FILE     afterwards, write a CPU profile of the daemon under load there and list its functions`;

const OPTIONS = {
  quick: { type: "boolean", default: false },
  rounds: { type: "string" },
  peers: { type: "boolean", default: false },
  only: { type: "string" },
  json: { type: "string" },
  into: { type: "string" },
  profile: { type: "string" },
  help: { type: "boolean", short: "h", default: false },
};

export function readOptions(args) {
  try {
    const { values } = parseArgs({ args, options: OPTIONS });
    if (values.help) end(USAGE, 0);
    if (values.rounds !== undefined && !/^[1-9]\d{0,2}$/.test(values.rounds)) throw new Error("--rounds wants a number from 1 to 999");
    for (const name of ["only", "json", "into", "profile"])
      if (values[name] !== undefined && !values.peers) throw new Error(`--${name} needs --peers`);
    const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
    // It is printed among the figures: which directories a machine has belongs in no document.
    const shown = args.map((arg) => (isAbsolute(arg) ? basename(arg) : arg));
    return { ...values, rounds, only: values.only?.split(","), command: ["npm run bench --", ...shown].join(" ") };
  } catch (error) {
    return end(`keyward bench: ${error.message}\n\n${USAGE}`, 2);
  }
}

function end(text, status) {
  (status === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  process.exit(status);
}
