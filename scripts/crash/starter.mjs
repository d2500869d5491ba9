// One of the fifty of lifecycle.mjs, not run by itself: a process that is ready to begin, so that all of them begin in the same moment.
// In: a home a line on standard input. Out: a line of JSON: the daemon that answered and its port, or why none did. It asks as a command does.
import { createInterface } from "node:readline";
import { daemonEnvironment } from "../../dist/config/environment.js";
import { resolvePaths } from "../../dist/config/paths.js";
import { ensureDaemon } from "../../dist/control/start-daemon.js";
import { identifyProcess } from "../../dist/core/process-identity.js";

const RUN = { profile: null, command: "starter", selection: { connections: [], providers: [] }, layers: [], ttlMs: null, network: null };
const owner = identifyProcess(process.pid);

console.log("ready");
for await (const home of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify(await start({ ...process.env, KEYWARD_HOME: home })));
  } catch (error) {
    console.log(JSON.stringify({ error: `${error.code}: ${error.message}` }));
  }
}

async function start(environment) {
  const control = await ensureDaemon(resolvePaths(environment), { environment: daemonEnvironment(environment) });
  try {
    const { pid } = await control.call("daemon.status", {});
    const { proxyPort, runId } = await control.call("run.start", { ...RUN, owner });
    await control.call("run.end", { runId });
    return { pid, port: proxyPort };
  } finally {
    control.close();
  }
}
