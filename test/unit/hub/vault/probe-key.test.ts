import { expect, it } from "vitest";
import { createProbe, type ProbeRequest } from "../../../../src/hub/vault/probe-key.ts";

const { signal } = new AbortController();
const answering = (status: number, body = "{}") => {
  const sent: ProbeRequest[] = [];
  const probe = createProbe(async (request) => {
    sent.push(request);
    return { status, headers: [], body: Buffer.from(body), isCut: false };
  });
  return { probe, sent };
};

it("sends the one request of the bundled definition, the key in its place, to its host alone", async () => {
  const { probe, sent } = answering(200);
  expect(await probe("openai", "canary-key", signal)).toEqual({ outcome: "known", status: 200, reason: null });
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({ method: "GET", path: "/v1/models", authority: { host: "api.openai.com", port: 443 } });
  expect(sent[0]?.headers["authorization"]).toBe("Bearer canary-key");
});

it("tells refused from unknown and from a provider that is away, and repeats nothing of the answer", async () => {
  expect((await answering(401).probe("openai", "k", signal))?.outcome).toBe("refused");
  const odd = await answering(418, "canary").probe("openai", "k", signal);
  expect(odd?.outcome).toBe("unknown");
  const away = createProbe(() => Promise.reject(new Error("canary")));
  const verdicts = [odd, await away("openai", "k", signal)];
  expect(verdicts[1]).toMatchObject({ outcome: "unknown", status: null });
  expect(JSON.stringify(verdicts)).not.toContain("canary");
});

it("asks nobody for a provider that is not bundled, declares no check, or takes more than one key", async () => {
  const { probe, sent } = answering(200);
  expect(await probe("no-such-provider", "k", signal)).toBeNull();
  expect(await probe("../../etc/passwd", "k", signal)).toBeNull();
  expect((await probe("aws", "k", signal))?.outcome).toBe("unsupported");
  expect(sent).toEqual([]);
});
