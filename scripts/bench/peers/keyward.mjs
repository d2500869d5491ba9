// keyward as it is installed: the real daemon, a real run, admission by the run's token, injection and audit on. A second provider with
// hosts of its own stands for hosts that the proxy has never seen.
import { join } from "node:path";
import { Stage } from "../../stage.mjs";
import { holdRun } from "../held-run.mjs";

export const name = "keyward";
export const about = "a run: token, injection, audit";

const PROVIDER = "bench-hosts";

/** @param options `startDaemon(stage)`: starts the daemon in another way than the command would, and returns how to end it */
export async function start({ real, certificates, newHosts }, { startDaemon } = {}) {
  const stage = new Stage();
  let run;
  let daemon;
  const close = async () => {
    run?.end();
    await stage.close();
    await daemon?.close();
  };
  try {
    daemon = await startDaemon?.(stage);
    await setUp(stage, { real, certificates, newHosts });
    run = await holdRun(stage);
    const { pid } = JSON.parse(await stage.keyward(["daemon", "status", "--json"]));
    const target = { ...real, ca: run.authorityPem, authorization: `Bearer ${run.environment.OPENAI_API_KEY}`, proxy: run.proxy };
    const firstAuthorization = `Bearer ${run.environment.BENCH_HOSTS_KEY}`;
    return { target, firstAuthorization, roots: [pid], mintsLeaves: true, offersHttp2: true, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function setUp(stage, { real, certificates, newHosts }) {
  await stage.pointAt(real.port, certificates.authorityPem);
  const routes = [real.servername, ...newHosts].map((host) => `${host}:443=127.0.0.1:${real.port}`);
  await stage.keyward(["config", "set", "upstream.resolve", routes.join(",")]);
  const file = stage.write(`${PROVIDER}.json`, JSON.stringify(definition(newHosts)));
  await stage.keyward(["provider", "add", file]);
  const input = `${real.authorization.replace("Bearer ", "")}\n`;
  for (const provider of ["openai", PROVIDER]) await stage.keyward(["login", provider, "--stdin"], { input });
}

function definition(hosts) {
  return {
    $schema: "./schema.json",
    id: PROVIDER,
    name: "Hosts of the benchmark",
    category: "other",
    endpoints: hosts.map((host) => ({ host })),
    fields: [{ name: "key", label: "API key", env: ["BENCH_HOSTS_KEY"], placeholder: { prefix: "bh-", length: 51 } }],
    inject: [[{ in: "header", name: "Authorization", templates: ["Bearer {key}"] }]],
    sources: [join("scripts", "bench", "peers", "keyward.mjs")],
    examples: { match: [`GET https://${hosts[0]}/small`], ignore: [`GET http://${hosts[0]}/small`] },
  };
}
