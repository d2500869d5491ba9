export default {
  title: "curl, key in a form field",
  fake: "slack",
  debian: ["curl"],
  version: ["curl", "--version"],
  command: ["sh", "-c", 'curl -sS --fail-with-body -d "token=$SLACK_BOT_TOKEN&pretty=1" https://slack.com/api/auth.test'],
};
