export default {
  title: "@slack/web-api",
  fake: "slack",
  npm: { "@slack/web-api": "8.2.0" },
  files: {
    "call.mjs": `import { WebClient } from "@slack/web-api";
const { user } = await new WebClient(process.env.SLACK_BOT_TOKEN, { retryConfig: { retries: 0 } }).auth.test();
console.log(user);
`,
  },
  command: ["node", "call.mjs"],
};
