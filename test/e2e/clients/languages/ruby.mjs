export default {
  title: "Ruby Net::HTTP",
  fake: "openai",
  debian: ["ruby"],
  version: ["ruby", "--version"],
  files: {
    "call.rb": `require "net/http"
puts Net::HTTP.post(URI("https://api.openai.com/v1/chat/completions"), "{}", { "Authorization" => "Bearer #{ENV["OPENAI_API_KEY"]}" }).body
`,
  },
  command: ["ruby", "call.rb"],
};
