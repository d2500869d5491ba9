// A tool that logs in by itself inside a run: its tokens end in the store, and it goes on with placeholders.
import { brotliCompressSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { REFRESH_STAND_IN } from "../../../../src/core/connection.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { API_HOST, captureScene, type CaptureScene, newSecretText, TOKEN_HOST, TOKEN_PATH } from "../../../support/capture-scene.ts";
import { openTls } from "../../../support/proxy-rig.ts";
import type { Answer } from "../../../support/tls-upstream.ts";

const JSON_TYPE = { "content-type": "application/json; charset=utf-8" };
const DEVICE =
  "client_id=tool&client_secret=of-the-tool-itself-0123&device_code=d&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code";

function granted(change: Readonly<Record<string, unknown>> = {}): { answer: Answer; access: string; refresh: string } {
  const [access, refresh] = [newSecretText("acc"), newSecretText("ref")];
  const body = { access_token: access, refresh_token: refresh, token_type: "bearer", expires_in: 3600, scope: "repo read:user", ...change };
  return { answer: { headers: JSON_TYPE, body: JSON.stringify(body) }, access, refresh };
}

const only = (scene: CaptureScene, name = "default") => scene.profile.find({ provider: "acme", name }) ?? undefined;
const parsed = (body: string): Record<string, unknown> => JSON.parse(body) as Record<string, unknown>;

describe("a login that comes back as JSON", () => {
  it("is kept, and the tool gets placeholders it can use at once", async () => {
    const scene = await captureScene();
    const { answer, access, refresh } = granted();
    scene.answerWith(answer);
    const reply = await scene.post(DEVICE);
    const connection = only(scene);
    const { key, [REFRESH_STAND_IN]: standIn } = connection?.placeholders ?? {};
    expect(parsed(reply.body)).toEqual({
      access_token: key,
      refresh_token: standIn,
      token_type: "bearer",
      expires_in: 3600,
      scope: "repo read:user",
    });
    expect(reply.headers["content-length"]).toBe(String(Buffer.byteLength(reply.body)));
    expect(scene.real(connection)).toBe(access);
    expect(scene.profile.store.connections.grant(connection!)).toMatchObject({
      clientId: "tool",
      clientAuth: "post",
      tokenUrl: `https://${TOKEN_HOST}${TOKEN_PATH}`,
      scopes: ["repo", "read:user"],
    });
    expect(scene.profile.store.connections.grant(connection!)?.refreshToken?.reveal()).toBe(refresh);
    expect(connection).toMatchObject({ kind: "oauth2", isDefault: true, origins: [{ host: API_HOST, port: 443 }] });
    expect((connection?.expiresAtMs ?? 0) - Date.now()).toBeGreaterThan(3_500_000);
    expect((await scene.api(`Bearer ${key}`)).status).toBe(200);
    expect(scene.requests.at(-1)?.headers["authorization"]).toBe(`Bearer ${access}`);
  });

  it("has a line in the audit with the run and the request, without a value", async () => {
    const scene = await captureScene();
    const { answer, access } = granted();
    scene.answerWith(answer);
    await scene.post(DEVICE);
    const runId = scene.run.run.id;
    expect(scene.audited).toMatchObject([
      { kind: "login", runId, provider: "acme", connection: "default", method: "POST", host: TOKEN_HOST, path: TOKEN_PATH },
    ]);
    expect(JSON.stringify([scene.audited, scene.rig.audit, scene.rig.logs])).not.toContain(access);
  });

  it("may come in a coding that nobody asked for, in pieces, and is asked for in none", async () => {
    for (const [coding, pack] of Object.entries({ gzip: gzipSync, br: brotliCompressSync })) {
      const scene = await captureScene();
      const { answer, access } = granted();
      const bytes = pack(Buffer.from(String(answer.body)));
      scene.answerWith({
        headers: { ...JSON_TYPE, "content-encoding": coding, etag: '"1"' },
        chunks: [bytes.subarray(0, 20), bytes.subarray(20)],
      });
      const reply = await scene.post(DEVICE, { "content-type": "application/x-www-form-urlencoded", "accept-encoding": "gzip, br" });
      expect(parsed(reply.body)["access_token"]).toBe(only(scene)?.placeholders["key"]);
      expect([reply.headers["content-encoding"], reply.headers["etag"]]).toEqual([undefined, undefined]);
      expect(scene.requests[0]?.headers["accept-encoding"]).toBe("identity");
      expect(scene.real(only(scene))).toBe(access);
    }
  });

  it("makes a connection for each declared set of tokens", async () => {
    const scene = await captureScene();
    const user = newSecretText("usr");
    const { answer, access } = granted({ refresh_token: undefined, authed_user: { id: "U1", access_token: user } });
    scene.answerWith(answer);
    const reply = parsed((await scene.post(DEVICE)).body);
    expect(scene.connections()).toEqual(["acme=captured", "acme=default"]);
    expect([scene.real(only(scene)), scene.real(only(scene, "captured"))]).toEqual([access, user]);
    expect(reply["authed_user"]).toEqual({ id: "U1", access_token: only(scene, "captured")?.placeholders["key"] });
  });

  it("masks a token that the answer repeats elsewhere, in a field of its head too", async () => {
    const scene = await captureScene();
    const { access, answer } = granted();
    const body = { ...parsed(String(answer.body)), debug: `Bearer ${access}` };
    scene.answerWith({ headers: { ...JSON_TYPE, "x-debug": access }, body: JSON.stringify(body) });
    const reply = await scene.post(DEVICE);
    expect(reply.status).toBe(200);
    expect(JSON.stringify(reply)).not.toContain(access);
  });
});

describe("a login that comes back as a form", () => {
  it("is kept, and the form has placeholders in it", async () => {
    const scene = await captureScene();
    const access = newSecretText("gho");
    scene.answerWith({
      headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
      body: `access_token=${access}&scope=repo%2Cgist&token_type=bearer`,
    });
    const reply = await scene.post(DEVICE);
    expect(Object.fromEntries(new URLSearchParams(reply.body))).toEqual({
      access_token: only(scene)?.placeholders["key"],
      scope: "repo,gist",
      token_type: "bearer",
    });
    expect(scene.real(only(scene))).toBe(access);
    expect(scene.profile.store.connections.grant(only(scene)!)).toMatchObject({
      refreshToken: null,
      clientSecret: null,
      scopes: ["repo", "gist"],
    });
  });
});

describe("an answer without tokens", () => {
  it.each([
    [
      "of a device flow that waits",
      "error=authorization_pending&error_description=the+refresh_token+is+pending",
      "application/x-www-form-urlencoded",
      200,
    ],
    ["in JSON", '{"error":"invalid_grant","error_description":"refresh_token expired: access_token needed"}', "application/json", 400],
    ["with empty tokens", '{"access_token":null,"refresh_token":"","error":"slow_down"}', "application/json", 400],
    ["that is a page", "<html>bad gateway, access_token endpoint</html>", "text/html", 502],
    ["that is empty", "", "text/plain", 204],
  ])("%s passes as it is", async (_what, body, type, status) => {
    const scene = await captureScene();
    scene.answerWith({ status, headers: { "content-type": type }, body });
    const reply = await scene.post(DEVICE);
    expect([reply.status, reply.body]).toEqual([status, body]);
    expect(scene.connections()).toEqual([]);
  });

  it("from another path of the host passes untouched", async () => {
    const scene = await captureScene();
    const { answer, access } = granted();
    scene.answerWith(answer);
    expect((await scene.post(DEVICE, undefined, "/login/device/code")).body).toContain(access);
  });
});

describe("a token that cannot be kept", () => {
  const secret = newSecretText("acc");
  const withheld = async (scene: CaptureScene): Promise<void> => {
    const reply = await scene.post(DEVICE);
    expect(reply.status).toBe(502);
    expect(parsed(reply.body)["error"]).toMatchObject({ code: "CAPTURE_FAILED", provider: "acme" });
    expect(JSON.stringify(reply)).not.toContain(secret);
    expect(scene.connections()).toEqual([]);
    await expect.poll(() => scene.rig.audit.at(-1)).toMatchObject({ code: "CAPTURE_FAILED", status: 502 });
  };

  it.each([
    ["in a member of another name", { headers: JSON_TYPE, body: JSON.stringify({ accessToken: secret }) }],
    ["deeper than declared", { headers: JSON_TYPE, body: JSON.stringify({ data: [{ access_token: secret }] }) }],
    ["a refresh token alone", { headers: JSON_TYPE, body: JSON.stringify({ refresh_token: secret }) }],
    ["in broken JSON", { headers: JSON_TYPE, body: `{"access_token":"${secret}"` }],
    ["in broken JSON with escapes", { headers: JSON_TYPE, body: `{"acces\\u0073_token" : "${secret}",}` }],
    ["in XML", { headers: { "content-type": "text/xml" }, body: `<r><access_token>${secret}</access_token></r>` }],
    ["in another character set", { headers: JSON_TYPE, body: Buffer.from(JSON.stringify({ access_token: secret }), "utf16le") }],
    [
      "twice in a form",
      { headers: { "content-type": "application/x-www-form-urlencoded" }, body: `access_token=a&access_token=${secret}` },
    ],
    ["in an unknown coding", { headers: { ...JSON_TYPE, "content-encoding": "compress" }, body: JSON.stringify({ access_token: secret }) }],
    ["in an answer that never ends", { headers: JSON_TYPE, body: JSON.stringify({ access_token: secret, filler: "x".repeat(70_000) }) }],
    [
      "in an answer that swells",
      {
        headers: { ...JSON_TYPE, "content-encoding": "gzip" },
        body: gzipSync(JSON.stringify({ access_token: secret, filler: "x".repeat(100_000) })),
      },
    ],
    ["with a line break in it", { headers: JSON_TYPE, body: JSON.stringify({ access_token: `${secret}\n` }) }],
  ] satisfies [string, Answer][])("%s is withheld", async (_what, answer) => {
    const scene = await captureScene();
    scene.answerWith(answer);
    await withheld(scene);
  });

  it("is withheld when its audit line cannot be written, and when the profile was locked meanwhile", async () => {
    for (const fault of ["audit", "locked"] as const) {
      const scene = await captureScene();
      scene.answerWith(() => {
        scene.broken[fault] = true;
        return { headers: JSON_TYPE, body: JSON.stringify({ access_token: secret }) };
      });
      await withheld(scene);
    }
  });

  it("in an answer that breaks off is the upstream's failure", async () => {
    const scene = await captureScene();
    const start = `{"access_token":"${secret}"`;
    scene.answerWith({ headers: { ...JSON_TYPE, "content-length": "4000" }, chunks: [start], abort: true });
    const reply = await scene.post(DEVICE);
    expect([reply.status, reply.body.includes(secret)]).toEqual([502, false]);
    expect(parsed(reply.body)["error"]).toMatchObject({ code: "UPSTREAM_BROKEN" });
  });
});

describe("whose connection it becomes", () => {
  it("never one that is there: another login gets a name of its own", async () => {
    const scene = await captureScene();
    const [first, second] = [granted(), granted()];
    scene.answerWith(first.answer);
    await scene.post(DEVICE);
    scene.answerWith(second.answer);
    await scene.post(DEVICE);
    expect(scene.connections()).toEqual(["acme=captured", "acme=default"]);
    expect([scene.real(only(scene)), scene.real(only(scene, "captured"))]).toEqual([first.access, second.access]);
    expect(only(scene)?.isDefault).toBe(true);
  });

  it("the same one when the server gives the same token again", async () => {
    const scene = await captureScene();
    const { answer } = granted();
    scene.answerWith(answer);
    const [one, two] = [await scene.post(DEVICE), await scene.post(DEVICE)];
    expect(scene.connections()).toEqual(["acme=default"]);
    expect(two.body).toBe(one.body);
  });

  it("is bounded: a tool that logs in without end is told so", async () => {
    const scene = await captureScene();
    scene.answerWith(() => granted().answer);
    const replies = [];
    for (let attempt = 0; attempt < 17; attempt += 1) replies.push((await scene.post(DEVICE)).status);
    expect(replies.slice(0, 16)).toEqual(Array.from({ length: 16 }, () => 200));
    expect(replies[16]).toBe(502);
    expect(scene.connections()).toHaveLength(16);
  });

  it("is known to the run after a restart of the daemon", async () => {
    const scene = await captureScene();
    scene.answerWith(granted().answer);
    await scene.post(DEVICE);
    expect(scene.profile.store.runs.list()[0]?.bound).toMatchObject([{ provider: "acme", name: "default" }]);
  });
});

describe("a refresh by the tool", () => {
  const loggedIn = async (setup?: Parameters<typeof captureScene>[0]) => {
    const scene = await captureScene(setup);
    const first = granted();
    scene.answerWith(first.answer);
    await scene.post(DEVICE);
    const standIn = only(scene)?.placeholders[REFRESH_STAND_IN] ?? "";
    return {
      scene,
      first,
      standIn,
      refreshing: `client_id=tool&grant_type=refresh_token&refresh_token=${standIn}&client_secret=of-the-tool-itself-0123`,
    };
  };

  it("carries the real refresh token to the stored endpoint, and the rotated one is kept", async () => {
    const { scene, first, refreshing, standIn } = await loggedIn();
    const second = granted();
    scene.answerWith(second.answer);
    const reply = await scene.post(refreshing);
    const heard = new URLSearchParams(scene.requests.at(-1)?.body.toString());
    expect([heard.get("refresh_token"), heard.get("client_secret"), heard.get("client_id")]).toEqual([
      first.refresh,
      "of-the-tool-itself-0123",
      "tool",
    ]);
    expect(scene.requests.at(-1)?.headers["content-length"]).toBe(String(scene.requests.at(-1)?.body.length));
    expect(parsed(reply.body)).toMatchObject({ access_token: only(scene)?.placeholders["key"], refresh_token: standIn });
    expect(scene.connections()).toEqual(["acme=default"]);
    expect(scene.real(only(scene))).toBe(second.access);
    expect(scene.profile.store.connections.grant(only(scene)!)?.refreshToken?.reveal()).toBe(second.refresh);
    const released = scene.rig.audit.find(({ isRelease }) => isRelease);
    expect(released).toMatchObject({ provider: "acme", connection: "default", credential: "injected", host: TOKEN_HOST });
  });

  it("works in JSON, and keeps the old refresh token when none comes", async () => {
    const { scene, first, standIn } = await loggedIn();
    const second = granted({ refresh_token: undefined });
    scene.answerWith(second.answer);
    const reply = await scene.post(JSON.stringify({ grant_type: "refresh_token", refresh_token: standIn, client_id: "tool" }), {
      "content-type": "application/json",
    });
    expect(parsed(scene.requests.at(-1)?.body.toString() ?? "")["refresh_token"]).toBe(first.refresh);
    expect(parsed(reply.body)["refresh_token"]).toBeUndefined();
    expect(scene.profile.store.connections.grant(only(scene)!)?.refreshToken?.reveal()).toBe(first.refresh);
    expect(scene.real(only(scene))).toBe(second.access);
  });

  it("that the server refuses passes the refusal, and never shows the token that it repeats", async () => {
    const { scene, first, refreshing } = await loggedIn();
    scene.answerWith({
      status: 400,
      headers: JSON_TYPE,
      body: JSON.stringify({ error: "invalid_grant", error_description: `token ${first.refresh} is unknown` }),
    });
    const reply = await scene.post(refreshing);
    expect(reply.status).toBe(400);
    expect(parsed(reply.body)["error"]).toBe("invalid_grant");
    expect(reply.body).not.toContain(first.refresh);
  });

  it("at another host is refused, with a credential that stays", async () => {
    const { scene, first, refreshing, standIn } = await loggedIn();
    const store = scene.profile.store.connections;
    const grant = store.grant(only(scene)!)!;
    const { id: _id, isDefault: _default, createdAtMs: _created, lastUsedAtMs: _used, publicFields: _shown, ...kept } = only(scene)!;
    store.put({
      ...kept,
      fields: { key: new Secret(first.access) },
      publicFieldNames: [],
      grant: { ...grant, tokenUrl: "https://elsewhere.test/oauth/token" },
    });
    scene.profile.changed();
    const before = scene.requests.length;
    const reply = await scene.post(refreshing);
    expect([reply.status, parsed(reply.body)["error"]]).toMatchObject([403, { code: "PLACEHOLDER_LEAK" }]);
    const header = await scene.post("grant_type=refresh_token", {
      "content-type": "application/x-www-form-urlencoded",
      "x-token": standIn,
    });
    expect(header.status).toBe(403);
    expect(scene.requests).toHaveLength(before);
  });

  it("and a request that needs a new token meanwhile ask the server once", async () => {
    const { scene, refreshing } = await loggedIn();
    const second = granted();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    scene.answerWith((async () => {
      await held;
      return second.answer;
    }) as never);
    const connection = only(scene)!;
    const trade = scene.post(refreshing);
    await expect.poll(() => scene.requests.length).toBe(2);
    scene.profile.store.connections.renew(connection.id, {
      accessToken: null,
      refreshToken: null,
      expiresAtMs: Date.now(),
      obtainedAtMs: 0,
    });
    scene.profile.changed();
    const waiting = scene.freshness.ensure(scene.profile, connection, scene.profile.credential(connection)!);
    release();
    expect((await trade).status).toBe(200);
    expect((await waiting).fields["key"]?.reveal()).toBe(second.access);
    expect(scene.asked).toEqual([]);
  });

  it("is kept although the tool died before the answer came", async () => {
    const { scene, refreshing } = await loggedIn();
    const second = granted();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    scene.answerWith((async () => {
      await held;
      return second.answer;
    }) as never);
    const socket = await openTls(scene.rig, scene.run, { host: TOKEN_HOST });
    const type = "Content-Type: application/x-www-form-urlencoded";
    socket.write(
      `POST ${TOKEN_PATH} HTTP/1.1\r\nHost: ${TOKEN_HOST}\r\n${type}\r\nContent-Length: ${refreshing.length}\r\n\r\n${refreshing}`,
    );
    await expect.poll(() => scene.requests.length).toBe(2);
    socket.destroy();
    // A handshake later the proxy knows.
    (await openTls(scene.rig, scene.run, { host: TOKEN_HOST })).destroy();
    release();
    await expect.poll(() => scene.real(only(scene))).toBe(second.access);
    expect(scene.profile.store.connections.grant(only(scene)!)?.refreshToken?.reveal()).toBe(second.refresh);
  });

  it("of a logged-out connection asks for a login", async () => {
    const { scene, refreshing } = await loggedIn();
    scene.profile.store.connections.remove({ provider: "acme", name: "default" });
    scene.profile.changed();
    const reply = await scene.post(refreshing);
    expect([reply.status, parsed(reply.body)["error"]]).toMatchObject([403, { code: "LOGIN_REQUIRED" }]);
  });
});

describe("which runs look", () => {
  it("none that did not ask and binds nothing: its tunnel is not opened", async () => {
    const scene = await captureScene({ captures: [] });
    expect(scene.run.run.captures?.()).toEqual([]);
  });

  it("one that binds a connection of the provider, without having asked", async () => {
    const scene = await captureScene({ captures: [] });
    scene.profile.store.connections.put({
      provider: "acme",
      name: "work",
      kind: "api_key",
      fields: { key: new Secret(newSecretText()) },
      publicFieldNames: [],
      origins: [{ host: API_HOST, port: 443 }],
      placeholders: { key: newSecretText("ph") },
      expiresAtMs: null,
    });
    scene.profile.changed();
    scene.answerWith(granted().answer);
    expect((await scene.post(DEVICE)).status).toBe(200);
    expect(scene.connections()).toEqual(["acme=captured", "acme=work"]);
  });
});
