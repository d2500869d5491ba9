export default {
  title: "@notionhq/client",
  fake: "notion",
  npm: { "@notionhq/client": "5.26.0" },
  files: {
    "call.mjs": `import { Client } from "@notionhq/client";
const me = await new Client({ auth: process.env.NOTION_TOKEN }).users.me({});
console.log(me.name);
`,
  },
  command: ["node", "call.mjs"],
};
