export default {
  title: "deno node:https",
  fake: "openai",
  npm: { deno: "2.9.6", openai: "6.49.0" },
  files: {
    "call.mjs": `import https from "node:https";
import process from "node:process";
const request = https.request("https://api.openai.com/v1/chat/completions", { method: "POST", headers: { authorization: "Bearer " + process.env.OPENAI_API_KEY } }, (response) => response.on("data", (data) => console.log(String(data))));
request.end("{}");
`,
  },
  command: ["deno", "run", "-A", "--no-lock", "--node-modules-dir=manual", "call.mjs"],
};
