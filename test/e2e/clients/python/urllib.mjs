export default {
  title: "Python urllib",
  fake: "openai",
  debian: ["python3"],
  version: ["/usr/bin/python3", "--version"],
  files: {
    "call.py": `import os, urllib.request
url = "https://api.openai.com/v1/chat/completions"
headers = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}
print(urllib.request.urlopen(urllib.request.Request(url, data=b"{}", headers=headers)).read().decode())
`,
  },
  command: ["/usr/bin/python3", "call.py"],
};
