export default {
  title: "Python httplib2",
  fake: "openai",
  debian: ["python3-httplib2"],
  version: ["/usr/bin/python3", "-c", "import httplib2; print(httplib2.__version__)"],
  files: {
    "call.py": `import os, httplib2
url = "https://api.openai.com/v1/chat/completions"
headers = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}
print(httplib2.Http().request(url, "POST", body="{}", headers=headers)[1].decode())
`,
  },
  command: ["/usr/bin/python3", "call.py"],
};
