// Notion's API: the integration's own user.
export const provider = "notion";
export const hosts = ["api.notion.com"];
export const places = [{ header: "authorization", value: "Bearer {key}" }];

export function answer() {
  return {
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ object: "user", id: "1", name: "PONG", type: "bot", bot: {} }),
  };
}
