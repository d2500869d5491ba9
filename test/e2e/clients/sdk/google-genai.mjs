export default {
  title: "@google/genai",
  fake: "gemini",
  npm: { "@google/genai": "2.32.0" },
  prints: "PONG and streamed",
  files: {
    "call.mjs": `import { GoogleGenAI } from "@google/genai";
const client = new GoogleGenAI({});
const whole = await client.models.generateContent({ model: "gemini-test", contents: "ping" });
let streamed = "";
for await (const chunk of await client.models.generateContentStream({ model: "gemini-test", contents: "ping" })) streamed += chunk.text;
console.log(whole.text, streamed === "PONG" ? "and streamed" : "but not streamed");
`,
  },
  command: ["node", "call.mjs"],
};
