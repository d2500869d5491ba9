export default {
  title: "Node http2",
  fake: "openai",
  version: ["node", "--version"],
  files: {
    "call.mjs": `import http2 from "node:http2";
const session = http2.connect("https://api.openai.com");
const stream = session.request({ ":method": "POST", ":path": "/v1/chat/completions", authorization: "Bearer " + process.env.OPENAI_API_KEY });
stream.setEncoding("utf8").on("data", (text) => process.stdout.write(text)).on("end", () => session.close());
stream.end("{}");
`,
  },
  command: ["node", "call.mjs"],
};
