import { describe, expect, it } from "vitest";
import { asFetch } from "../../../src/oauth/send.ts";
import { answer, codeOf, headerOf, scripted } from "../../support/oauth-answers.ts";

const URL_TEXT = "https://auth.acme.test/token";
const post = { method: "POST", headers: { accept: "application/json" }, body: new URLSearchParams({ a: "1" }) };
const errorOf = (given: Parameters<typeof scripted>[0]): Promise<unknown> =>
  asFetch(scripted(given).send)(URL_TEXT, post).catch((error: unknown) => error);

describe("a request of OAuth", () => {
  it("has the body, keyward's name and a limit of time and size", async () => {
    const { send, requests } = scripted([answer(200, { ok: true })]);
    const response = await asFetch(send)(URL_TEXT, post);
    expect(await response.json()).toEqual({ ok: true });
    expect(requests[0]).toMatchObject({ method: "POST", body: "a=1", maxBytes: 65_536, timeoutMs: 15_000 });
    expect(headerOf(requests[0], "user-agent")).toBe("keyward");
  });

  it.each([
    "http://auth.acme.test/token",
    "https://user@auth.acme.test/token",
    "https://u:p@auth.acme.test/token",
    "ftp://auth.acme.test/",
  ])("never goes to %s", async (address) => {
    const { send, requests } = scripted([answer(200, {})]);
    expect(await codeOf(asFetch(send)(address, post))).toBe("OAUTH_ANSWER");
    expect(requests).toEqual([]);
  });
});

describe("an answer", () => {
  it.each([301, 302, 307, 308])("that is a redirect (%i) is not followed", async (status) => {
    expect(await errorOf([answer(status, "")])).toMatchObject({
      code: "OAUTH_ANSWER",
      message: expect.stringContaining("redirect") as string,
    });
  });

  it.each([500, 502, 503, 429])("with %i is a server that is busy", async (status) => {
    expect(await errorOf([answer(status, "<html>", "text/html")])).toMatchObject({ code: "OAUTH_BUSY", detail: { status } });
  });

  it("that was cut is refused, whatever it began with", async () => {
    expect(await errorOf([{ ...answer(200, { access_token: "a" }), isCut: true }])).toMatchObject({ code: "OAUTH_ANSWER" });
  });

  it.each([
    ["<html>", "text/html"],
    ["{", "application/json"],
    ["[]", "application/json"],
  ])("of %s as %s is refused, and not repeated", async (text, type) => {
    const error = await errorOf([answer(200, text, type)]);
    expect(error).toMatchObject({ code: "OAUTH_ANSWER", message: "auth.acme.test answered 200 with something that is not JSON" });
  });

  it("without a body has only its status", async () => {
    const response = await asFetch(scripted([answer(200, "")]).send)(URL_TEXT, post);
    expect([response.status, response.body]).toEqual([200, null]);
  });
});
