export default {
  title: "ws",
  fake: "openai",
  npm: { ws: "8.23.0" },
  prints: "PONG hello",
  files: {
    "call.mjs": `import WebSocket from "ws";
const socket = new WebSocket("wss://api.openai.com/v1/realtime?model=m", { headers: { authorization: "Bearer " + process.env.OPENAI_API_KEY } });
socket.on("open", () => socket.send("hello"));
socket.on("message", (data) => {
  console.log(String(data));
  if (String(data) === "PONG hello") socket.close();
});
socket.on("error", (error) => {
  console.error(error);
  process.exitCode = 1;
});
`,
  },
  command: ["node", "call.mjs"],
};
