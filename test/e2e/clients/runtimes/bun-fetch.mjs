export default {
  title: "bun fetch",
  fake: "openai",
  npm: { bun: "1.4.5", openai: "6.49.0" },
  files: {
    "call.mjs": `const response = await fetch("https://api.openai.com/v1/chat/completions", { method: "POST", body: "{}", headers: { authorization: "Bearer " + process.env.OPENAI_API_KEY } });
console.log(response.status, await response.text());
`,
  },
  command: ["bun", "run", "call.mjs"],
};
