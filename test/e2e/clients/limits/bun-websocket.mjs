export default {
  title: "bun WebSocket",
  fake: "openai",
  npm: { bun: "1.4.5", openai: "6.49.0" },
  limit: "bun-websocket",
  limitSeconds: 30,
  files: {
    "call.mjs": `const socket = new WebSocket("wss://api.openai.com/v1/realtime?model=m", { headers: { authorization: "Bearer " + process.env.OPENAI_API_KEY } });
socket.onmessage = ({ data }) => {
  console.log(data);
  socket.close();
};
socket.onerror = () => process.exit(1);
`,
  },
  command: ["bun", "run", "call.mjs"],
};
