export default {
  title: "deno fetch",
  fake: "openai",
  npm: { deno: "2.9.6", openai: "6.49.0" },
  files: {
    "call.mjs": `import process from "node:process";
const response = await fetch("https://api.openai.com/v1/chat/completions", { method: "POST", body: "{}", headers: { authorization: "Bearer " + process.env.OPENAI_API_KEY } });
console.log(response.status, await response.text());
`,
  },
  command: ["deno", "run", "-A", "--no-lock", "--node-modules-dir=manual", "call.mjs"],
};
