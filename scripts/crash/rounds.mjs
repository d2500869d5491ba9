// `--rounds N` of the crash scripts. In: the default. Out: a whole number of at least 1.
export function readRounds(fallback) {
  const at = process.argv.indexOf("--rounds");
  const rounds = at < 0 ? fallback : Number(process.argv[at + 1]);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error("--rounds takes a number");
  return rounds;
}
