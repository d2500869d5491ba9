export default {
  title: "openai",
  fake: "openai",
  npm: { openai: "6.49.0" },
  prints: "PONG and streamed",
  files: {
    "call.mjs": `import OpenAI from "openai";
const client = new OpenAI();
const whole = await client.chat.completions.create({ model: "m", messages: [{ role: "user", content: "ping" }] });
let streamed = "";
for await (const chunk of await client.chat.completions.create({ model: "m", stream: true, messages: [] })) streamed += chunk.choices[0]?.delta?.content ?? "";
console.log(whole.choices[0].message.content, streamed === "PONG" ? "and streamed" : "but not streamed");
`,
  },
  command: ["node", "call.mjs"],
};
