export default {
  title: "got",
  fake: "openai",
  npm: { got: "14.6.6" },
  files: {
    "call.mjs": `import got from "got";
console.log(await got.post("https://api.openai.com/v1/chat/completions", { json: {}, retry: { limit: 0 }, headers: { authorization: "Bearer " + process.env.OPENAI_API_KEY } }).text());
`,
  },
  command: ["node", "call.mjs"],
};
