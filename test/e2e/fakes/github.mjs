// GitHub's REST API as far as gh and octokit ask: who am I.
export const provider = "github";
export const hosts = ["api.github.com"];
export const places = [
  { header: "authorization", value: "Bearer {key}" },
  { header: "authorization", value: "token {key}" },
];

export function answer() {
  const headers = { "content-type": "application/json; charset=utf-8", "x-oauth-scopes": "repo" };
  return { headers, body: JSON.stringify({ login: "PONG", id: 1, type: "User" }) };
}
