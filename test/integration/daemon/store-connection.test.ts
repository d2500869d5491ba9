import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { KEY, refusal, useDaemon } from "./living-daemon.ts";

const daemon = useDaemon();

describe("storing a connection", () => {
  it("creates the profile on the way and says once where its key is", async () => {
    const stored = await daemon.store({ fields: { key: `  Bearer ${KEY}\n` } });
    expect(stored).toMatchObject({ provider: "openai", name: "default", replaced: false });
    expect(stored.notices.join("\n")).toMatch(
      /Bearer.*removed[\s\S]*the OS keychain is switched off; the key of profile 'default' is kept in .*default\.key \(0600\)/,
    );
    expect((await daemon.store({ connection: "work" })).notices).toEqual([]);
    expect(await daemon.client.call("daemon.status", {})).toMatchObject({ profileState: "unlocked", custody: "file" });
  });

  it("is not done by looking", async () => {
    for (const look of ["connection.list", "run.list"] as const) await daemon.client.call(look, { profile: null });
    await daemon.client.call("provider.list", { profile: null });
    await refusal(daemon.client.call("connection.get", { profile: null, provider: "openai", connection: null }));
    expect(readdirSync(daemon.home.paths.profiles)).toEqual([]);
  });

  it("keeps what is there unless forced, and its placeholder always", async () => {
    await daemon.store();
    const before = await daemon.client.call("connection.get", { profile: null, provider: "openai", connection: null });
    const refused = await refusal(daemon.store({ fields: { key: `${KEY}x` } }));
    expect(refused).toMatchObject({ code: "CONNECTION_EXISTS", hint: expect.stringContaining("keyward login openai --force") as string });
    expect(await daemon.store({ fields: { key: `${KEY}y` }, force: true })).toMatchObject({ replaced: true });
    const after = await daemon.client.call("connection.get", { profile: null, provider: "openai", connection: null });
    expect(after.placeholders).toEqual(before.placeholders);
    expect(after.id).not.toBe(before.id);
  });

  it("gives a program a placeholder as long as the key where it may stand in a body", async () => {
    for (const [connection, length] of [
      ["default", 60],
      ["other", 73],
    ] as const) {
      await daemon.store({ provider: "slack", connection, fields: { key: `xoxb-${"1a".repeat(40)}`.slice(0, length) } });
      const { placeholders } = await daemon.client.call("connection.get", { profile: null, provider: "slack", connection });
      expect(placeholders["key"]).toHaveLength(length);
    }
  });

  // One daemon for all of them: a start costs more than they do.
  it("refuses what cannot be right before anything is stored", async () => {
    const refused: readonly (readonly [Parameters<typeof daemon.store>[0], string, string])[] = [
      [{ provider: "opnai" }, "PROVIDER_UNKNOWN", "did you mean openai?"],
      [{ connection: "Bad Name" }, "NAME_INVALID", "connection names"],
      [{ fields: { key: "nope" } }, "KEY_SHAPE", "sk-"],
      [{ fields: { key: "   " } }, "KEY_EMPTY", ""],
      [{ fields: {} }, "KEY_EMPTY", ""],
      [{ fields: { key: KEY, more: "x" } }, "FIELD_UNKNOWN", "its fields are key"],
      [{ profile: "nope" }, "PROFILE_UNKNOWN", "nope"],
    ];
    for (const [change, code, message] of refused) {
      expect(await refusal(daemon.store(change))).toMatchObject({ code, message: expect.stringContaining(message) as string });
      expect(await daemon.connections()).toEqual([]);
    }
  });

  it("takes all fields of a provider with several, and shows the public ones", async () => {
    const definition = await daemon.client.call("provider.show", { profile: null, provider: "twilio" });
    const open = definition.info.fields.find((field) => !field.secret);
    expect(open).toBeDefined();
    const fields = { account_sid: `AC${"0a".repeat(16)}`, auth_token: "0b".repeat(16) };
    const named = Object.fromEntries(definition.info.fields.map((field, i) => [field.name, Object.values(fields)[i] ?? ""]));
    await daemon.store({ provider: "twilio", fields: named });
    const shown = await daemon.client.call("connection.get", { profile: null, provider: "twilio", connection: null });
    expect(Object.keys(shown.publicFields)).toEqual([open?.name]);
    expect(JSON.stringify(shown)).not.toContain(fields.auth_token);
  });

  it("refuses a placeholder that keyward itself gave out", async () => {
    await daemon.store();
    const { env } = await daemon.startRun();
    expect(await refusal(daemon.store({ connection: "copy", fields: { key: env["OPENAI_API_KEY"] ?? "" } }))).toMatchObject({
      code: "KEY_SHAPE",
    });
  });
});
