// Run it to see keyward at work (`npm run demo`): a stand-in for a real API on loopback, a random key stored in a temporary profile, a child
// that calls the API with what it was given. Shows what the child saw beside what the API saw, then removes every trace.
// Ends with 1 and the reason when the API did not see the real key, or the child did.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeThrowawayAuthority } from "./throwaway-authority.mjs";

const cli = join(dirname(dirname(fileURLToPath(import.meta.url))), "dist", "cli", "main.js");
const HOST = "api.openai.com";
const CHILD = `
const response = await fetch("https://${HOST}/v1/models", { headers: { authorization: "Bearer " + process.env.OPENAI_API_KEY } });
console.log(JSON.stringify({ key: process.env.OPENAI_API_KEY, status: response.status, answer: await response.text(), environment: process.env }));
`;

const colour = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code, text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => interrupted.abort(signal));

process.exitCode = await main();

async function main() {
  if (!existsSync(cli)) return fail("dist/ is not built; run npm install first");
  const root = mkdtempSync(join(tmpdir(), "kw-demo-"));
  const stage = { root, environment: environmentIn(root), seen: [], server: undefined };
  try {
    await play(stage);
    return 0;
  } catch (error) {
    return interrupted.signal.aborted ? fail(`interrupted by ${interrupted.signal.reason}`, 130) : fail(error.message);
  } finally {
    await cleanUp(stage);
  }
}

async function play(stage) {
  const realKey = `sk-${randomBytes(24).toString("hex")}`;
  console.log(`\n${paint(1, "keyward demo")}: a program calls an API with a key it never had\n`);

  const authority = makeThrowawayAuthority("keyward demo");
  const port = await startApi(stage, authority);
  step(`started a stand-in for ${HOST} on 127.0.0.1:${port}, with a certificate made a moment ago`);

  const caFile = join(stage.root, "demo-ca.pem");
  writeFileSync(caFile, authority.certificatePem);
  await keyward(stage, ["config", "set", "upstream.ca_file", caFile]);
  await keyward(stage, ["config", "set", "upstream.resolve", `${HOST}:443=127.0.0.1:${port}`]);
  await keyward(stage, ["config", "set", "network.allow", "127.0.0.0/8"]);
  await keyward(stage, ["login", "openai", "--stdin", "--no-verify"], { input: `${realKey}\n` });
  step("stored a random key in a temporary encrypted profile: keyward login openai --stdin");

  const script = join(stage.root, "child.mjs");
  writeFileSync(script, CHILD);
  const said = await keyward(stage, ["run", "--", process.execPath, script]);
  step("ran a program: keyward run -- node child.mjs");

  const child = JSON.parse(said);
  const sent = stage.seen.at(-1)?.authorization ?? "(nothing arrived)";
  show(child, sent);
  judge({ child, said, sent, realKey });
  console.log(paint(32, "The API got the real key, the program never had it.\n"));
}

function judge({ child, said, sent, realKey }) {
  if (child.status !== 200) throw new Error(`the program got status ${child.status} instead of 200: ${child.answer.slice(0, 400)}`);
  if (sent !== `Bearer ${realKey}`) throw new Error("the API did not get the real key");
  if (said.includes(realKey)) throw new Error("the program could see the real key");
  if (typeof child.key !== "string" || child.key === "") throw new Error("the program was given no placeholder");
}

function show(child, sent) {
  const rows = [
    ["the program saw", `OPENAI_API_KEY=${child.key}`],
    ["the API saw", `authorization: ${sent}`],
    ["the program got", `${child.status} ${child.answer.trim()}`],
  ];
  console.log("");
  for (const [who, what] of rows) console.log(`  ${paint(36, who.padEnd(16))} ${what}`);
  console.log("");
}

function startApi(stage, authority) {
  const leaf = authority.issue([HOST]);
  stage.server = createServer({ cert: leaf.certificatePem, key: leaf.privateKeyPem }, (request, response) => {
    stage.seen.push({ authorization: request.headers.authorization });
    response.setHeader("content-type", "application/json");
    response.end(`{"hello":"you reached ${request.method} ${request.url}"}\n`);
  });
  return new Promise((resolve, reject) => {
    stage.server.once("error", reject);
    stage.server.listen(0, "127.0.0.1", () => resolve(stage.server.address().port));
  });
}

/** The user's own keyward, whatever it is set to, has no part in this. */
function environmentIn(root) {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("KEYWARD_") && name !== "OPENAI_API_KEY");
  mkdirSync(join(root, "h"), { mode: 0o700 });
  return { ...Object.fromEntries(inherited), KEYWARD_HOME: join(root, "h"), KEYWARD_KEYCHAIN: "off", KEYWARD_CI: "1" };
}

/** Runs the real command and returns what it printed. */
function keyward(stage, args, { input = "", signal = interrupted.signal } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], {
      env: stage.environment,
      stdio: ["pipe", "pipe", "pipe"],
      signal: signal ?? undefined,
    });
    let [printed, complaint] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text) => (printed += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (complaint += text));
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    child.once("error", reject);
    child.once("close", (status) => {
      if (status === 0) resolve(printed);
      else reject(new Error(`keyward ${args.slice(0, 2).join(" ")} ended with ${status}: ${complaint.trim() || printed.trim()}`));
    });
  });
}

async function cleanUp(stage) {
  await keyward(stage, ["daemon", "stop"], { signal: null }).catch(() => {});
  stage.server?.closeAllConnections();
  stage.server?.close();
  rmSync(stage.root, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}

function step(text) {
  console.log(`  ${paint(32, "✓")} ${text}`);
}

function fail(reason, status = 1) {
  console.error(`\nkeyward demo: ${reason}`);
  return status;
}
