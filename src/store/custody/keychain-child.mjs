// The process that keychain.ts starts to talk to the operating system's keychain, and kills when it hangs.
// In: the library's path as argument, one request as JSON on standard input. Out: `{ok, value}` on standard output.
// Never prints an error: the library's messages can hold what it was given.
import { readFileSync, writeSync } from "node:fs";
import { createRequire } from "node:module";

/** Without this the library falls back to the kernel keyring on Linux, without a word, and the key is gone at the next boot. */
const OPTIONS = { linux: { store: "secret-service" } };

function answer({ op, service, account, value }) {
  const { Entry } = createRequire(import.meta.url)(process.argv[2]);
  const entry = new Entry(service, account, OPTIONS);
  switch (op) {
    case "probe":
      return probe(entry, value);
    case "read":
      return { ok: true, value: entry.getPassword() ?? null };
    case "write":
      entry.setPassword(value);
      return { ok: entry.getPassword() === value, value: null };
    case "remove":
      entry.deletePassword();
      return { ok: true, value: null };
    default:
      return { ok: false };
  }
}

function probe(entry, value) {
  entry.setPassword(value);
  try {
    return { ok: entry.getPassword() === value, value: null };
  } finally {
    entry.deletePassword();
  }
}

let reply;
try {
  reply = answer(JSON.parse(readFileSync(0, "utf8")));
} catch {
  reply = { ok: false };
}
writeSync(1, JSON.stringify(reply));
