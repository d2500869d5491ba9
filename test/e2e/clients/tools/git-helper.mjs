// The same with a credential helper, as gh and others set one up: git asks it after the first 401.
export default {
  title: "git, credential helper",
  fake: "git",
  sees: "POST /team/project.git/git-receive-pack",
  debian: ["git"],
  version: ["git", "--version"],
  env: { GIT_TERMINAL_PROMPT: "0", GIT_CONFIG_NOSYSTEM: "1" },
  command: [
    "sh",
    "-ec",
    `git config --global user.name tester; git config --global user.email tester@example.invalid
git config --global credential.helper '!f() { echo username=x-access-token; echo "password=$GITHUB_TOKEN"; }; f'
git clone -q https://github.com/team/project.git clone
cd clone; git checkout -q -B main; echo hello > file; git add file; git commit -q -m one; git push -q origin main; git fetch -q; echo PONG`,
  ],
};
