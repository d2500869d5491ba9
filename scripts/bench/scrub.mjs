// What searching answers for the credential costs: run it after a change below src/proxy/scrub: node scripts/build.mjs && node scripts/bench/scrub.mjs [--quick]
// Prints the processor time of the search for a small answer, its speed over large ones, and what is left of the speed of a download
// that is decrypted and encrypted again by one process, as the proxy does.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { KeyFinder } from "../../dist/proxy/scrub/find/key-finder.js";
import { formsOf } from "../../dist/proxy/scrub/find/key-forms.js";
import { maskFields } from "../../dist/proxy/scrub/find/mask-fields.js";
import { MaskedStream } from "../../dist/proxy/scrub/find/masked-stream.js";

const isQuick = process.argv.includes("--quick");
const PIECE_BYTES = 64 * 1024;
const key = `sk-proj-${randomBytes(36).toString("base64url")}`;

/** Processor time in ms: others may use the machine meanwhile. */
function cost(act) {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function measureSmall() {
  const finder = new KeyFinder(formsOf(key));
  const head = [
    "OK",
    "Content-Type",
    "application/json",
    "Date",
    "Wed, 25 Nov 2026 20:00:00 GMT",
    "Server",
    "nginx",
    "X-Request-Id",
    "0123456789",
  ];
  const body = Buffer.from(JSON.stringify({ id: "1", text: "The quick brown fox. ".repeat(40) }));
  const answer = () => {
    maskFields(finder, head);
    const stream = new MaskedStream(finder);
    stream.push(body, null);
    stream.end();
  };
  const count = isQuick ? 20_000 : 200_000;
  for (let i = 0; i < 10_000; i += 1) answer();
  const ms = cost(() => {
    for (let i = 0; i < count; i += 1) answer();
  });
  console.log(`search of an answer with a body of ${body.length} bytes: ${((ms / count) * 1000).toFixed(2)} µs`);
}

function measureLarge() {
  const pieces = Math.round((isQuick ? 128 : 1024) * (1024 / 64));
  const json = JSON.stringify({ name: 'The "quick" fox & more', url: "https://x.test/?a=%20b", at: "2026-11-25" });
  const texts = {
    random: randomBytes(PIECE_BYTES),
    JSON: Buffer.from(json.repeat(1000)).subarray(0, PIECE_BYTES),
    base64: Buffer.from(randomBytes(PIECE_BYTES).toString("base64")).subarray(0, PIECE_BYTES),
  };
  for (const [name, bytes] of Object.entries(texts)) {
    const searched = cost(() => relay(bytes, pieces, new MaskedStream(new KeyFinder(formsOf(key)))));
    const plain = cost(() => relay(bytes, pieces, null));
    const searchMs = searched - plain;
    const mib = pieces / 16;
    console.log(
      `${name}: ${mib} MiB in ${plain.toFixed(0)} ms unsearched, ${searched.toFixed(0)} ms searched ` +
        `(${((100 * plain) / searched).toFixed(0)} % of the speed; the search alone ${(searchMs / mib).toFixed(2)} ms a MiB)`,
    );
  }
  console.log(`resident memory at the end: ${Math.round(process.memoryUsage().rss / 1024 / 1024)} MiB`);
}

/** The least a proxy does with a piece: take one TLS layer off, put another on. */
function relay(bytes, pieces, stream) {
  const secret = randomBytes(16);
  const nonce = randomBytes(12);
  const decipher = createDecipheriv("aes-128-gcm", secret, nonce);
  const cipher = createCipheriv("aes-128-gcm", secret, nonce);
  for (let i = 0; i < pieces; i += 1) {
    decipher.update(bytes);
    cipher.update(stream === null ? bytes : stream.push(bytes, null));
  }
}

console.log(`making a finder: ${cost(() => new KeyFinder(formsOf(key))).toFixed(1)} ms the first time`);
measureSmall();
measureLarge();
