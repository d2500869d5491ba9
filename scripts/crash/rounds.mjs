// `--rounds N` of the crash scripts. In: the default. Out: a whole number of at least 1; or what it takes, and an exit with 2.
export function readRounds(fallback) {
  const at = process.argv.indexOf("--rounds");
  const rounds = at < 0 ? fallback : Number(process.argv[at + 1]);
  if (Number.isInteger(rounds) && rounds >= 1) return rounds;
  console.error("keyward crash: --rounds takes a whole number of at least 1");
  return process.exit(2);
}
