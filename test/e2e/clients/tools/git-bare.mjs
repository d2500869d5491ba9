// No token anywhere on the child's side: keyward fills the empty place before git is ever asked for a password.
export default {
  title: "git, no credentials",
  fake: "git",
  sees: "GET /team/project.git/info/refs",
  debian: ["git"],
  version: ["git", "--version"],
  env: { GIT_TERMINAL_PROMPT: "0", GIT_CONFIG_NOSYSTEM: "1" },
  command: ["sh", "-ec", "git clone -q https://github.com/team/project.git clone; git -C clone fetch -q; echo PONG"],
};
