// OpenAI's API as far as its clients in the matrix ask: chat completions, responses (whole and as events), models, and a WebSocket.
export const provider = "openai";
export const hosts = ["api.openai.com"];
export const places = [{ header: "authorization", value: "Bearer {key}" }];

const JSON_TYPE = { "content-type": "application/json" };
const MODEL = "gpt-test";
const MESSAGE = {
  id: "msg_1",
  type: "message",
  status: "completed",
  role: "assistant",
  content: [{ type: "output_text", text: "PONG", annotations: [] }],
};

export function answer({ path, body }) {
  if (path === "/v1/models") return json({ object: "list", data: [{ id: MODEL, object: "model", created: 1, owned_by: "PONG" }] });
  const asked = parse(body);
  if (path === "/v1/responses") return asked.stream === true ? eventStream(responseEvents()) : json(response("completed"));
  if (path === "/v1/chat/completions") return asked.stream === true ? chatEvents() : json(chat());
  return json({ path, answer: "PONG" });
}

/** `/v1/responses` speaks the events of a response, as codex asks for them; any other path greets and echoes. */
export function socket(connection, { path }) {
  const isResponses = path === "/v1/responses";
  if (!isResponses) connection.send("PONG");
  connection.on("message", (data) => {
    if (!isResponses) connection.send(`PONG ${data}`);
    else for (const event of responseEvents()) connection.send(JSON.stringify(event));
  });
}

function json(value) {
  return { headers: JSON_TYPE, body: JSON.stringify(value) };
}

function chat() {
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model: MODEL,
    choices: [{ index: 0, message: { role: "assistant", content: "PONG" }, finish_reason: "stop" }],
    usage: USAGE,
  };
}

const USAGE = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };

function chatEvents() {
  const chunk = (delta, reason) => ({
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1,
    model: MODEL,
    choices: [{ index: 0, delta, finish_reason: reason }],
  });
  const events = [chunk({ role: "assistant", content: "PO" }, null), chunk({ content: "NG" }, null), chunk({}, "stop")];
  return {
    headers: { "content-type": "text/event-stream" },
    chunks: [...events.map((event) => `data: ${JSON.stringify(event)}\n\n`), "data: [DONE]\n\n"],
  };
}

function response(status) {
  const output = status === "completed" ? [MESSAGE] : [];
  const usage = {
    input_tokens: 1,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 1,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 2,
  };
  return { id: "resp_1", object: "response", created_at: 1, status, model: MODEL, output, usage: status === "completed" ? usage : null };
}

function responseEvents() {
  const events = [
    { type: "response.created", response: response("in_progress") },
    { type: "response.output_item.added", output_index: 0, item: { ...MESSAGE, status: "in_progress", content: [] } },
    { type: "response.output_text.delta", item_id: "msg_1", output_index: 0, content_index: 0, delta: "PONG" },
    { type: "response.output_item.done", output_index: 0, item: MESSAGE },
    { type: "response.completed", response: response("completed") },
  ];
  return events.map((event, at) => ({ ...event, sequence_number: at }));
}

function eventStream(events) {
  const chunks = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  return { headers: { "content-type": "text/event-stream" }, chunks };
}

function parse(body) {
  try {
    return JSON.parse(body.toString());
  } catch {
    return {};
  }
}
