// Slack's Web API: auth.test. Slack itself answers a bad token with 200 and ok:false; a plain 401 says the same more strictly.
export const provider = "slack";
export const hosts = ["slack.com"];
export const places = [{ header: "authorization", value: "Bearer {key}" }, { form: "token" }];

export function answer() {
  return { headers: { "content-type": "application/json" }, body: JSON.stringify({ ok: true, user: "PONG", team: "test" }) };
}
