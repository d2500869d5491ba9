export default {
  title: "GNU wget2",
  fake: "openai",
  debian: ["wget2"],
  version: ["wget2", "--version"],
  limit: "wget2",
  command: ["sh", "-c", 'wget2 -q --tries 1 -O - --header "Authorization: Bearer $OPENAI_API_KEY" https://api.openai.com/v1/models'],
  limitSeconds: 30,
};
