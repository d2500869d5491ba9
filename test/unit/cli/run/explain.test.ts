import { describe, expect, it } from "vitest";
import { keyward } from "../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../support/cli/sample-answers.ts";

describe("run --explain", () => {
  it("says what is bound, denied and set, and starts nothing", async () => {
    const done = await keyward(["run", "--explain"], { answers: ANSWERS });
    expect(done.calls.map(({ method }) => method)).toEqual(["run.explain"]);
    for (const line of [
      "openai (default)",
      "  intercepted: api.openai.com",
      "  OPENAI_API_KEY: a placeholder",
      "  denied: *.evil.example",
      "  denied: every host that is neither bound nor allowed",
      "  allowed: a.example.com",
      "  only: openai GET /v1/**",
    ]) {
      expect(done.stdout.split("\n")).toContain(line);
    }
    expect(done.stdout).toMatch(/^HTTPS_PROXY +set +http:\/\/RUN:TOKEN@127\.0\.0\.1:PORT +routes https/m);
    expect(done.stdout).toMatch(/^ALL_PROXY +removed +Deno/m);
    expect(done.stdout).not.toContain("The way out");
  });

  it("says how a run goes out, without the password of the proxy", async () => {
    const env = { HTTPS_PROXY: "http://clerk:hunter2@proxy.corp.test:3128", NO_PROXY: ".corp.test", SSL_CERT_FILE: "/etc/corp.pem" };
    const done = await keyward(["run", "--explain"], { answers: ANSWERS, env });
    expect(done.stdout).toContain("  through http://proxy.corp.test:3128 (HTTPS_PROXY), but directly to .corp.test\n");
    expect(done.stdout).toContain("  upstream roots of /etc/corp.pem are trusted as well\n");
    const json = await keyward(["run", "--explain", "--json"], { answers: ANSWERS, env });
    expect(JSON.parse(json.stdout)).toMatchObject({
      network: {
        within_run: null,
        parent_proxy: { url: "http://proxy.corp.test:3128", source: "HTTPS_PROXY", no_proxy: [".corp.test"] },
        ca_files: ["/etc/corp.pem"],
      },
    });
    expect(done.stdout + json.stdout).not.toContain("hunter2");
  });

  it("says that a run inside a run goes out as that one", async () => {
    const env = { HTTPS_PROXY: "http://run_outer:token@127.0.0.1:40000" };
    expect((await keyward(["run", "--explain"], { answers: ANSWERS, env })).stdout).toContain(
      "as the run around this one goes (run_outer)",
    );
  });

  it("shows a kept variable as kept", async () => {
    const done = await keyward(["run", "--explain", "--keep-env", "OPENAI_API_KEY", "--keep-env", "HTTPS_PROXY"], { answers: ANSWERS });
    expect(done.stdout).toContain("OPENAI_API_KEY: kept as it is");
    expect(done.stdout).toMatch(/^HTTPS_PROXY +kept /m);
  });

  it("says so when nothing is connected", async () => {
    const done = await keyward(["run", "--explain"], { answers: { "run.explain": { connections: [], layers: [] } } });
    expect(done.stdout).toContain("nothing is connected");
  });
});
