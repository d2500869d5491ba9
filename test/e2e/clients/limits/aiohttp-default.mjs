export default {
  title: "Python aiohttp, default session",
  fake: "openai",
  debian: ["python3-aiohttp"],
  version: ["/usr/bin/python3", "-c", "import aiohttp; print(aiohttp.__version__)"],
  limit: "aiohttp",
  files: {
    "call.py": `import asyncio, os, aiohttp
url = "https://api.openai.com/v1/chat/completions"
headers = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}

async def main():
    async with aiohttp.ClientSession(headers=headers) as session:
        async with session.post(url, json={}) as response:
            print(await response.text())

asyncio.run(main())
`,
  },
  command: ["/usr/bin/python3", "call.py"],
};
