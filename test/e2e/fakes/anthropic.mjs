// Anthropic's Messages API, whole and as events, and an empty object for everything else that its agent asks for.
export const provider = "anthropic";
export const hosts = ["api.anthropic.com"];
// Claude Code and the older SDKs use the first, version 1 of the JavaScript SDK the second.
export const places = [
  { header: "x-api-key", value: "{key}" },
  { header: "authorization", value: "Bearer {key}" },
];

const USAGE = { input_tokens: 1, output_tokens: 1, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };

export function answer({ path, method, body }) {
  if (path === "/v1/messages/count_tokens") return json({ input_tokens: 1 });
  if (path !== "/v1/messages" || method !== "POST") return json({});
  const { stream, model } = JSON.parse(body.toString());
  return stream === true ? events(model) : json(message(model, [{ type: "text", text: "PONG" }], "end_turn"));
}

function json(value) {
  return { headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}

function message(model, content, stopReason) {
  return { id: "msg_1", type: "message", role: "assistant", model, content, stop_reason: stopReason, stop_sequence: null, usage: USAGE };
}

function events(model) {
  const list = [
    { type: "message_start", message: message(model, [], null) },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "PO" } },
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "NG" } },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage: USAGE },
    { type: "message_stop" },
  ];
  return {
    headers: { "content-type": "text/event-stream" },
    chunks: list.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`),
  };
}
