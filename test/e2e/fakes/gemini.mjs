// Google's Gemini API: generateContent, and streamGenerateContent as events. The key may come in the header or in ?key=.
export const provider = "google-gemini";
export const hosts = ["generativelanguage.googleapis.com"];
export const places = [{ header: "x-goog-api-key", value: "{key}" }, { query: "key" }];

export function answer({ path }) {
  if (path.endsWith(":streamGenerateContent")) {
    const parts = [part("PO"), part("NG", "STOP")];
    return { headers: { "content-type": "text/event-stream" }, chunks: parts.map((value) => `data: ${JSON.stringify(value)}\r\n\r\n`) };
  }
  if (path.endsWith(":countTokens")) return json({ totalTokens: 1 });
  return json(part("PONG", "STOP"));
}

function part(text, finishReason) {
  const candidate = { content: { role: "model", parts: [{ text }] }, index: 0, ...(finishReason === undefined ? {} : { finishReason }) };
  return {
    candidates: [candidate],
    usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
    modelVersion: "gemini-test",
  };
}

function json(value) {
  return { headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}
