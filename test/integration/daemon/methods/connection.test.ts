import { describe, expect, it } from "vitest";
import { refusal, useDaemon } from "../living-daemon.ts";

const daemon = useDaemon();

describe("logging out", () => {
  it("removes one connection, is idempotent, and makes the last one the default", async () => {
    await daemon.store();
    await daemon.store({ connection: "work" });
    const logout = () =>
      daemon.client.call("connection.remove", { profile: null, provider: "openai", connection: "default", everything: false });
    expect(await logout()).toEqual({ removed: [{ provider: "openai", name: "default" }] });
    expect(await logout()).toEqual({ removed: [] });
    expect(await daemon.connections()).toEqual(["openai=work*"]);
  });

  it("of a mistyped provider is an error, not a success", async () => {
    expect(
      await refusal(daemon.client.call("connection.remove", { profile: null, provider: "opnai", connection: null, everything: false })),
    ).toMatchObject({
      code: "PROVIDER_UNKNOWN",
    });
  });

  it("keeps the placeholder for the next login", async () => {
    await daemon.store();
    const before = await daemon.client.call("connection.get", { profile: null, provider: "openai", connection: null });
    await daemon.client.call("connection.remove", { profile: null, provider: "openai", connection: null, everything: false });
    await daemon.store();
    expect((await daemon.client.call("connection.get", { profile: null, provider: "openai", connection: null })).placeholders).toEqual(
      before.placeholders,
    );
  });

  it("default can be chosen among what is there", async () => {
    await daemon.store();
    await daemon.store({ connection: "work" });
    expect(await daemon.client.call("connection.default", { profile: null, provider: "openai", connection: "work" })).toEqual({
      previous: "default",
    });
    expect(await daemon.connections()).toEqual(["openai=default", "openai=work*"]);
    expect(
      await refusal(daemon.client.call("connection.default", { profile: null, provider: "openai", connection: "nope" })),
    ).toMatchObject({
      code: "LOGIN_REQUIRED",
    });
  });
});
