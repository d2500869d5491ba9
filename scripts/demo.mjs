// Run it to see keyward at work (`npm run demo`): a stand-in for a real API on loopback, a random key stored in a temporary profile, a child
// that calls the API with what it was given. Shows what the child saw beside what the API saw, then removes every trace.
// Ends with 1 and the reason when the API did not see the real key, or the child did.
import { createServer } from "node:https";
import { HOST, Stage } from "./stage.mjs";
import { makeThrowawayAuthority } from "./throwaway-authority.mjs";

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
  /** @type {{ server?: import("node:https").Server, authorization?: string }} */
  const api = {};
  let stage;
  try {
    stage = new Stage();
    await play(stage, api);
    return 0;
  } catch (error) {
    return interrupted.signal.aborted ? fail(`interrupted by ${interrupted.signal.reason}`, 130) : fail(error.message);
  } finally {
    await stage?.close();
    api.server?.closeAllConnections();
    api.server?.close();
  }
}

async function play(stage, api) {
  console.log(`\n${paint(1, "keyward demo")}: a program calls an API with a key it never had\n`);
  const authority = makeThrowawayAuthority("keyward demo");
  const port = await startApi(api, authority);
  step(`started a stand-in for ${HOST} on 127.0.0.1:${port}, with a certificate made a moment ago`);

  await stage.pointAt(port, authority.certificatePem);
  stopIfInterrupted();
  const realKey = await stage.login();
  stopIfInterrupted();
  step("stored a random key in a temporary encrypted profile: keyward login openai --stdin");

  const script = stage.write("child.mjs", CHILD);
  const said = await stage.keyward(["run", "--", process.execPath, script], { signal: interrupted.signal });
  step("ran a program: keyward run -- node child.mjs");

  const child = JSON.parse(said);
  show(child, api.authorization ?? "(nothing arrived)");
  judge({ child, said, sent: api.authorization, realKey });
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

function startApi(api, authority) {
  const leaf = authority.issue([HOST]);
  api.server = createServer({ cert: leaf.certificatePem, key: leaf.privateKeyPem }, (request, response) => {
    api.authorization = request.headers.authorization;
    response.setHeader("content-type", "application/json");
    response.end(`{"hello":"you reached ${request.method} ${request.url}"}\n`);
  });
  return new Promise((resolve, reject) => {
    api.server.once("error", reject);
    api.server.listen(0, "127.0.0.1", () => resolve(api.server.address().port));
  });
}

function stopIfInterrupted() {
  interrupted.signal.throwIfAborted();
}

function step(text) {
  console.log(`  ${paint(32, "✓")} ${text}`);
}

function fail(reason, status = 1) {
  console.error(`\nkeyward demo: ${reason}`);
  return status;
}
