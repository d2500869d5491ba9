export default {
  title: "Python urllib3 PoolManager",
  fake: "openai",
  debian: ["python3-urllib3"],
  version: ["/usr/bin/python3", "-c", "import urllib3; print(urllib3.__version__)"],
  limit: "urllib3",
  files: {
    "call.py": `import os, urllib3
url = "https://api.openai.com/v1/chat/completions"
headers = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}
print(urllib3.PoolManager().request("GET", url, headers=headers, retries=False).data.decode())
`,
  },
  command: ["/usr/bin/python3", "call.py"],
};
