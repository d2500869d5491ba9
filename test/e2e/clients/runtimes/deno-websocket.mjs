export default {
  title: "deno WebSocket",
  fake: "openai",
  npm: { deno: "2.9.6", openai: "6.49.0" },
  files: {
    "call.mjs": `import process from "node:process";
const socket = new WebSocket("wss://api.openai.com/v1/realtime?model=m", { headers: { authorization: "Bearer " + process.env.OPENAI_API_KEY } });
socket.onmessage = ({ data }) => {
  console.log(data);
  socket.close();
};
socket.onerror = (error) => {
  console.error(error.message);
  process.exit(1);
};
`,
  },
  command: ["deno", "run", "-A", "--no-lock", "--node-modules-dir=manual", "call.mjs"],
};
