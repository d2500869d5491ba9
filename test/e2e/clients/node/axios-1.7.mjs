// Sends absolute-form requests for https URLs to the proxy, without CONNECT.
export default {
  title: "axios 1.7",
  fake: "openai",
  npm: { axios: "1.7.9" },
  files: {
    "call.mjs": `import axios from "axios";
const { data } = await axios.post("https://api.openai.com/v1/chat/completions", {}, { headers: { authorization: "Bearer " + process.env.OPENAI_API_KEY } });
console.log(JSON.stringify(data));
`,
  },
  command: ["node", "call.mjs"],
};
