// fetch, https with two agents, http2 and a worker thread; it must end by itself although a connection is kept alive.
export default {
  title: "Node 26",
  fake: "openai",
  npm: { node: "26.10.0" },
  prints: "all of them",
  files: {
    "call.mjs": `import http2 from "node:http2";
import https from "node:https";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { Worker, isMainThread } from "node:worker_threads";
const headers = { authorization: "Bearer " + process.env.OPENAI_API_KEY };
const get = async (agent) => text((await once(https.get("https://api.openai.com/v1/models", { headers, agent }), "response"))[0]);
if (!isMainThread) console.log("worker", await get());
else {
  console.log("fetch", await (await fetch("https://api.openai.com/v1/models", { headers })).text());
  console.log("https", await get(), await get(new https.Agent({ keepAlive: true })));
  const session = http2.connect("https://api.openai.com");
  console.log("http2", await text(session.request({ ":path": "/v1/models", ...headers })));
  session.close();
  await once(new Worker(new URL(import.meta.url)), "exit");
  console.log("all of them");
}
`,
  },
  command: ["node", "call.mjs"],
};
