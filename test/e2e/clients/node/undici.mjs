export default {
  title: "undici",
  fake: "openai",
  npm: { undici: "7.30.2" },
  files: {
    "call.mjs": `import { Agent, fetch, request } from "undici";
const headers = { authorization: "Bearer " + process.env.OPENAI_API_KEY };
const { body } = await request("https://api.openai.com/v1/chat/completions", { method: "POST", body: "{}", headers, dispatcher: new Agent({ allowH2: true }) });
console.log(await body.text());
console.log(await (await fetch("https://api.openai.com/v1/models", { headers })).text());
`,
  },
  command: ["node", "call.mjs"],
};
