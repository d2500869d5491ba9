export default {
  title: "@anthropic-ai/sdk",
  fake: "anthropic",
  npm: { "@anthropic-ai/sdk": "1.14.0" },
  prints: "PONG and streamed",
  files: {
    "call.mjs": `import Anthropic from "@anthropic-ai/sdk";
const client = new Anthropic();
const ask = { model: "claude-test", max_tokens: 10, messages: [{ role: "user", content: "ping" }] };
const whole = await client.messages.create(ask);
const streamed = await client.messages.stream(ask).finalText();
console.log(whole.content[0].text, streamed === "PONG" ? "and streamed" : "but not streamed");
`,
  },
  command: ["node", "call.mjs"],
};
