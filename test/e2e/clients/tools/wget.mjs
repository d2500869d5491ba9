export default {
  title: "GNU wget",
  fake: "openai",
  debian: ["wget"],
  version: ["wget", "--version"],
  command: ["sh", "-c", 'wget -q -O - --header "Authorization: Bearer $OPENAI_API_KEY" https://api.openai.com/v1/models'],
};
