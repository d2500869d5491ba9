export default {
  title: "Python httpx",
  fake: "openai",
  debian: ["python3-httpx"],
  version: ["/usr/bin/python3", "-c", "import httpx; print(httpx.__version__)"],
  files: {
    "call.py": `import asyncio, os, httpx
url = "https://api.openai.com/v1/chat/completions"
headers = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}

async def stream():
    async with httpx.AsyncClient(headers=headers) as client:
        async with client.stream("POST", url, json={"stream": True}) as response:
            return "".join([line async for line in response.aiter_lines()])

print(httpx.post(url, json={}, headers=headers).text)
assert "[DONE]" in asyncio.run(stream())
`,
  },
  command: ["/usr/bin/python3", "call.py"],
};
