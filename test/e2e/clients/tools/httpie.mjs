export default {
  title: "HTTPie",
  fake: "openai",
  debian: ["httpie"],
  version: ["/usr/bin/http", "--version"],
  command: [
    "sh",
    "-c",
    '/usr/bin/http --ignore-stdin --check-status POST https://api.openai.com/v1/chat/completions "Authorization:Bearer $OPENAI_API_KEY" model=m',
  ],
};
