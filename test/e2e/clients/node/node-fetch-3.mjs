export default {
  title: "node-fetch 3",
  fake: "openai",
  npm: { "node-fetch": "3.3.2" },
  files: {
    "call.mjs": `import fetch from "node-fetch";
const response = await fetch("https://api.openai.com/v1/chat/completions", { method: "POST", body: "{}", headers: { authorization: "Bearer " + process.env.OPENAI_API_KEY } });
console.log(await response.text());
`,
  },
  command: ["node", "call.mjs"],
};
