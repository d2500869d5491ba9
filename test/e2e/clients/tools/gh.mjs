export default {
  title: "gh",
  fake: "github",
  sees: "GET /user",
  debian: ["gh"],
  version: ["gh", "--version"],
  command: ["gh", "api", "user"],
};
