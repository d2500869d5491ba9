export default {
  title: "node-fetch 2",
  fake: "openai",
  npm: { "node-fetch": "2.7.0" },
  files: {
    "call.cjs": `const fetch = require("node-fetch");
fetch("https://api.openai.com/v1/chat/completions", { method: "POST", body: "{}", headers: { authorization: "Bearer " + process.env.OPENAI_API_KEY } }).then((response) => response.text()).then(console.log);
`,
  },
  command: ["node", "call.cjs"],
};
