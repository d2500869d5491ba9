export default {
  title: "Python http.client",
  fake: "openai",
  debian: ["python3"],
  version: ["/usr/bin/python3", "--version"],
  limit: "http-client",
  files: {
    "call.py": `import http.client, os
connection = http.client.HTTPSConnection("api.openai.com")
headers = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}
connection.request("GET", "/v1/models", headers=headers)
print(connection.getresponse().read().decode())
`,
  },
  command: ["/usr/bin/python3", "call.py"],
};
