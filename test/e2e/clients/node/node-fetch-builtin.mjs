export default {
  title: "Node fetch",
  fake: "openai",
  version: ["node", "--version"],
  files: {
    "call.mjs": `const response = await fetch("https://api.openai.com/v1/chat/completions", { method: "POST", body: "{}", headers: { authorization: "Bearer " + process.env.OPENAI_API_KEY } });
console.log(response.status, await response.text());
`,
  },
  command: ["node", "call.mjs"],
};
