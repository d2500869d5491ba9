export default {
  title: "Node https",
  fake: "openai",
  version: ["node", "--version"],
  files: {
    "call.cjs": `const https = require("node:https");
const request = https.request("https://api.openai.com/v1/chat/completions", { method: "POST", headers: { authorization: "Bearer " + process.env.OPENAI_API_KEY } }, (response) => response.pipe(process.stdout));
request.end("{}");
`,
  },
  command: ["node", "call.cjs"],
};
