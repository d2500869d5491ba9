// Clone, push and fetch with the token inside the URL's place for a password: no helper is set up.
export default {
  title: "git, token in the URL",
  fake: "git",
  sees: "POST /team/project.git/git-receive-pack",
  debian: ["git"],
  version: ["git", "--version"],
  env: { GIT_TERMINAL_PROMPT: "0", GIT_CONFIG_NOSYSTEM: "1" },
  command: [
    "sh",
    "-ec",
    `git config --global user.name tester; git config --global user.email tester@example.invalid
git clone -q "https://x-access-token:$GITHUB_TOKEN@github.com/team/project.git" clone
cd clone; git checkout -q -B main; echo hello > file; git add file; git commit -q -m one; git push -q origin main; git fetch -q; echo PONG`,
  ],
};
