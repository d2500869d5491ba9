export default {
  title: "aria2",
  fake: "openai",
  debian: ["aria2"],
  version: ["aria2c", "--version"],
  limit: "aria2",
  command: [
    "sh",
    "-c",
    'aria2c -q --max-tries 1 --header "Authorization: Bearer $OPENAI_API_KEY" -o out https://api.openai.com/v1/models && cat out',
  ],
  limitSeconds: 30,
};
