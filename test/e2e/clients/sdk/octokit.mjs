export default {
  title: "octokit",
  fake: "github",
  npm: { octokit: "5.0.5" },
  files: {
    "call.mjs": `import { Octokit } from "octokit";
const { data } = await new Octokit({ auth: process.env.GITHUB_TOKEN }).rest.users.getAuthenticated();
console.log(data.login);
`,
  },
  command: ["node", "call.mjs"],
};
