export default {
  title: "axios",
  fake: "openai",
  npm: { axios: "1.21.1" },
  files: {
    "call.mjs": `import axios from "axios";
const { data } = await axios.post("https://api.openai.com/v1/chat/completions", {}, { headers: { authorization: "Bearer " + process.env.OPENAI_API_KEY } });
console.log(JSON.stringify(data));
`,
  },
  command: ["node", "call.mjs"],
};
