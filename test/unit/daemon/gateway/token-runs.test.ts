import { describe, expect, it, vi } from "vitest";
import { KeywardError } from "../../../../src/core/errors.ts";
import { systemClock } from "../../../../src/core/clock.ts";
import { runIdOf, TokenRuns } from "../../../../src/daemon/gateway/token-runs.ts";
import type { HubRequest, HubResponse } from "../../../../src/hub/client/hub-client.ts";
import { sealToDevice } from "../../../../src/hub/keys/seal-to-device.ts";
import { newHubToken } from "../../../../src/hub/tokens/token-format.ts";

const connection = {
  id: "con_1",
  provider: "openai",
  name: "team",
  scope: "workspace",
  secret_id: "sec_1",
  origins: ["https://api.openai.com"],
};

/** The hub's answer to a first question, sealed to the key that came with it. */
function full(request: HubRequest): HubResponse {
  const sealed = sealToDevice(request.headers?.["x-keyward-public-key"] ?? "", Buffer.from("the key"), "sec_1|1");
  const secrets = [{ id: "sec_1", name: "KEY", scope: "workspace", version: 1, sealed }];
  const gone = { secrets: [], connections: [], providers: [] };
  return {
    status: 200,
    headers: {},
    body: { rev: 1, is_full: true, policy: { max_offline_seconds: 0 }, secrets, connections: [connection], providers: [], gone },
  };
}

function scene(answers: readonly ((request: HubRequest) => HubResponse | Promise<HubResponse>)[]) {
  const time = { ms: 0 };
  let asked = 0;
  const send = vi.fn((request: HubRequest) => {
    const answer = answers[asked++];
    // What comes after the script waits until it is given up.
    if (answer === undefined)
      return new Promise<HubResponse>((_, reject) => request.signal?.addEventListener("abort", () => reject(new Error("gone"))));
    return Promise.resolve(answer(request));
  });
  const ended: string[] = [];
  const log = vi.fn();
  const runs = new TokenRuns({ client: { send }, clock: systemClock, steadyMs: () => time.ms, onEnd: (id) => ended.push(id), log });
  return { runs, send, ended, time };
}

const refused = (): HubResponse => ({ status: 401, headers: {}, body: {} });

describe("run tokens at a gateway", () => {
  it("are asked about once for all who wait, and then have what the hub gave", async () => {
    const { runs, send } = scene([full]);
    const token = newHubToken("run");
    expect(await Promise.all(Array.from({ length: 10 }, () => runs.admit(token)))).toEqual(Array.from({ length: 10 }, () => true));
    expect(send.mock.calls.filter(([request]) => request.path.includes("wait=0"))).toHaveLength(1);
    expect(runs.find(token)).toMatchObject({ id: runIdOf(token), connections: [{ provider: "openai", value: "the key" }] });
    expect(runs.find(newHubToken("run"))).toBeNull();
    runs.close();
  });

  it.each(["", "nonsense", newHubToken("pat"), newHubToken("run").slice(0, -1)])(
    "cost no request when they cannot be one: %s",
    async (token) => {
      const { runs, send } = scene([]);
      expect(await runs.admit(token)).toBe(false);
      expect(send).not.toHaveBeenCalled();
    },
  );

  it("are not asked about again at once after a refusal", async () => {
    const { runs, send, time } = scene([refused, full]);
    const token = newHubToken("run");
    expect([await runs.admit(token), await runs.admit(token), send.mock.calls.length]).toEqual([false, false, 1]);
    time.ms = 6_000;
    expect(await runs.admit(token)).toBe(true);
    runs.close();
  });

  it("end with the hub's refusal, and whoever uses them is cut off", async () => {
    const { runs, ended } = scene([full, refused]);
    const token = newHubToken("run");
    await runs.admit(token);
    await expect.poll(() => ended.length).toBeGreaterThan(0);
    expect([ended, runs.find(token), runs.count]).toEqual([[runIdOf(token)], null, 0]);
  });

  it("are not held by one that was closed while the hub was asked", async () => {
    let answer: ((response: HubResponse) => void) | undefined;
    let asked: HubRequest | undefined;
    const { runs, send } = scene([
      (request) => {
        asked = request;
        return new Promise<HubResponse>((resolve) => (answer = resolve));
      },
    ]);
    const admitted = runs.admit(newHubToken("run"));
    await expect.poll(() => answer).toBeDefined();
    runs.close();
    answer?.(full(asked!));
    expect([await admitted, runs.count, send.mock.calls.length]).toEqual([false, 0, 1]);
  });

  it("say that the hub is away instead of refusing", async () => {
    const away = (): HubResponse => {
      throw new KeywardError("HUB_UNREACHABLE", "away");
    };
    const { runs } = scene([away]);
    await expect(runs.admit(newHubToken("run"))).rejects.toMatchObject({ code: "HUB_UNREACHABLE" });
  });

  it("are vouched for at once when the hub is there again, also when it has nothing new", async () => {
    const away = (): HubResponse => {
      throw new KeywardError("HUB_UNREACHABLE", "away");
    };
    const { runs, send } = scene([full, away, () => ({ status: 304, headers: {}, body: null })]);
    await runs.admit(newHubToken("run"));
    await vi.waitUntil(() => send.mock.calls.length === 4, { timeout: 45_000 });
    const waits = send.mock.calls.map(([{ path }]) => /wait=\d+/.exec(path)?.[0]);
    expect(waits).toEqual(["wait=0", "wait=25", "wait=0", "wait=25"]);
    runs.close();
  });

  it("are not used for longer than the policy allows without the hub", async () => {
    const { runs, time } = scene([full]);
    await runs.admit(newHubToken("run"));
    expect(() => runs.requireFresh("con_1.1")).not.toThrow();
    time.ms = 121_000;
    expect(() => runs.requireFresh("con_1.1")).toThrow(expect.objectContaining({ code: "HUB_STALE" }));
    runs.close();
  });
});
