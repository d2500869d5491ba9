export default {
  title: "curl",
  fake: "openai",
  debian: ["curl"],
  version: ["curl", "--version"],
  command: ["sh", "-c", 'curl -sS --fail-with-body -H "Authorization: Bearer $OPENAI_API_KEY" https://api.openai.com/v1/models'],
};
