import { describe, expect, it } from "vitest";
import { keyward } from "../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../support/cli/sample-answers.ts";
import type { RequestExplained } from "../../../../src/control/findings.ts";

const explained = ANSWERS["request.explain"] as RequestExplained;

describe("explain", () => {
  it("asks for what a run with the same options would bind and permit", async () => {
    const words = [
      "explain",
      "get",
      "api.openai.com/v1",
      "--connection",
      "openai=work",
      "--provider",
      "openai",
      "--rule",
      "openai:GET /v1/**",
      "--deny-unmatched",
    ];
    const done = await keyward(words, { answers: ANSWERS });
    expect(done.calls[0]).toMatchObject({
      method: "request.explain",
      params: {
        method: "get",
        url: "api.openai.com/v1",
        selection: { connections: [{ provider: "openai", name: "work" }], providers: ["openai"] },
        layers: [{ denyUnmatched: true, rules: [{ provider: "openai", methods: ["GET"], path: "/v1/**" }] }],
      },
    });
    expect(done.stdout).toContain("GET https://api.openai.com/v1/models\ninjected: the credential goes out with it\n");
    expect(done.stdout).toMatch(/^place: +header Authorization: Bearer \{key\}$/m);
    expect(done.stdout).toMatch(/^rule: +openai:GET \/v1\/\*\*$/m);
    expect(done.stdout).toContain("Not used\n  openai (work): not the run's default");
  });

  it("takes the captures of a run, and says whose login would be kept", async () => {
    const answer: RequestExplained = { ...explained, outcome: "passed", choice: null, captured: "github" };
    const words = ["explain", "POST", "https://github.com/login/oauth/access_token", "--capture", "github"];
    const done = await keyward(words, { answers: { ...ANSWERS, "request.explain": answer } });
    expect(done.calls[0]).toMatchObject({ params: { captures: ["github"] } });
    expect(done.stdout).toMatch(/^login kept: +github$/m);
    const plain = await keyward(["explain", "GET", "https://api.openai.com/v1/models"], { answers: ANSWERS });
    expect(plain.calls[0]?.params).not.toHaveProperty("captures");
    expect(plain.stdout).not.toContain("login kept");
  });

  it("shows a refusal with its code and what to do, and puts connections of one reason together", async () => {
    const why = "it does not own this host";
    const answer: RequestExplained = {
      ...explained,
      port: 8443,
      outcome: "refused",
      why: "the run denies this host",
      code: "RULE_DENIED",
      hint: "start the run with --allow",
      choice: null,
      others: [
        { provider: "a", connection: "default", why },
        { provider: "b", connection: null, why },
      ],
    };
    const done = await keyward(["explain", "GET", "x"], { answers: { "request.explain": answer } });
    expect(done.status).toBe(0);
    expect(done.stdout).toContain("https://api.openai.com:8443/v1/models\nrefused: answered by keyward, never sent\n");
    expect(done.stdout).toMatch(/^code: RULE_DENIED\nhint: start the run with --allow$/m);
    expect(done.stdout).toContain(`  a (default), b: ${why}\n`);
  });

  it("needs a method and a URL", async () => {
    expect(await keyward(["explain", "GET"])).toMatchObject({ status: 2, stdout: "" });
  });
});
