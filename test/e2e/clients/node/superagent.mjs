export default {
  title: "superagent",
  fake: "openai",
  npm: { superagent: "10.4.2" },
  files: {
    "call.mjs": `import superagent from "superagent";
const { text } = await superagent.post("https://api.openai.com/v1/chat/completions").send({}).set({ authorization: "Bearer " + process.env.OPENAI_API_KEY });
console.log(text);
`,
  },
  command: ["node", "call.mjs"],
};
