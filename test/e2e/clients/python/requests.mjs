export default {
  title: "Python requests",
  fake: "openai",
  debian: ["python3-requests"],
  version: ["/usr/bin/python3", "-c", "import requests; print(requests.__version__)"],
  files: {
    "call.py": `import os, requests
url = "https://api.openai.com/v1/chat/completions"
headers = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}
print(requests.post(url, json={}, headers=headers).text)
`,
  },
  command: ["/usr/bin/python3", "call.py"],
};
