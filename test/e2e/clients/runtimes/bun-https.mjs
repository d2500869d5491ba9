export default {
  title: "bun node:https",
  fake: "openai",
  npm: { bun: "1.4.5", openai: "6.49.0" },
  files: {
    "call.mjs": `import https from "node:https";
import process from "node:process";
const request = https.request("https://api.openai.com/v1/chat/completions", { method: "POST", headers: { authorization: "Bearer " + process.env.OPENAI_API_KEY } }, (response) => response.on("data", (data) => console.log(String(data))));
request.end("{}");
`,
  },
  command: ["bun", "run", "call.mjs"],
};
