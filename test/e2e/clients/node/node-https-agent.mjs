// In a worker thread, with a keep-alive agent that must not keep the process.
export default {
  title: "Node https, agent of its own",
  fake: "openai",
  version: ["node", "--version"],
  files: {
    "call.mjs": `import https from "node:https";
import { Worker, isMainThread } from "node:worker_threads";
if (isMainThread) new Worker(new URL(import.meta.url));
else {
  const agent = new https.Agent({ keepAlive: true });
  https.get("https://api.openai.com/v1/models", { agent, headers: { authorization: "Bearer " + process.env.OPENAI_API_KEY } }, (response) => response.pipe(process.stdout));
}
`,
  },
  command: ["node", "call.mjs"],
};
