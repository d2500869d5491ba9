// What schemas forget and databases do not take: a NUL in any text, nesting without end, numbers beyond every calendar. All of it is the caller's
// mistake, said with the field's name; nothing of it is an unexpected error. Every route, both engines.
import { expect, it } from "vitest";
import { ROUTES } from "../../../../src/hub/routes/routes.ts";
import { openBrowserLike } from "../../../support/hub/browser-like.ts";
import { describeOnBothEngines } from "../../../support/hub/engines.ts";
import { BODIES, fillPath, furnish } from "../../../support/hub/furnished.ts";
import type { Answer } from "../../../support/hub/hub-rig.ts";

type Body = Readonly<Record<string, unknown>>;

/** The body once for each of its texts, with a NUL in that one. */
function withNul(body: Body): { readonly field: string; readonly body: Body }[] {
  const texts = Object.entries(body).filter(([, value]) => typeof value === "string");
  return texts.map(([field, value]) => ({ field, body: { ...body, [field]: `${String(value)}\0` } }));
}

describeOnBothEngines("odd input", (rig) => {
  const expectMistake = (name: string, answer: Answer, path: RegExp): void => {
    expect([name, answer.status, answer.body.error?.code]).toEqual([name, 422, "HUB_INVALID"]);
    expect(answer.body.error.path).toMatch(path);
    expect(answer.body.error.request_id).toMatch(/^req_/);
  };

  it("is a NUL in any text of any body, path or query", async () => {
    const team = await furnish(rig(), `n${Date.now()}`);
    for (const spec of ROUTES) {
      const name = `${spec.method} ${spec.path}`;
      const send = (path: string, body: unknown) =>
        rig().call(spec.method.toUpperCase(), path, { token: team.token, ...(body === undefined ? {} : { body }) });
      for (const { field, body } of withNul((BODIES[name] ?? {}) as Body))
        expectMistake(name, await send(fillPath(spec.path, team.ids), body), new RegExp(`^body\\.${field}$`));
      if (spec.params !== undefined) {
        const last = /\{(\w+)\}(?!.*\{)/.exec(spec.path)?.[1] ?? "";
        expectMistake(name, await send(fillPath(spec.path, { ...team.ids, [last]: "a%00b" }), BODIES[name]), /^path\./);
      }
      if (spec.query !== undefined) expectMistake(name, await send(`${fillPath(spec.path, team.ids)}?cursor=%00`, undefined), /^query\./);
    }
  });

  it("is a document nested deeper than any stack, also where a route takes any", async () => {
    const team = await furnish(rig(), `d${Date.now()}`);
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const bodies = {
      "POST /v1/ingest/runs": `{"runs":[{"run_id":"run_deep","started_at":1,"more":${deep}}]}`,
      "PUT /v1/providers/own-deep": `{"id":"own-deep","more":${deep}}`,
      "POST /v1/secrets": `{"name":${deep}}`,
    };
    for (const [route, body] of Object.entries(bodies)) {
      const [method = "", path = ""] = route.split(" ");
      expectMistake(route, await rig().call(method, path, { token: team.token, body }), /^body\./);
    }
  });

  it("is a time that no calendar has", async () => {
    const { token } = await furnish(rig(), `t${Date.now()}`);
    expectMistake(
      "expiry",
      await rig().call("POST", "/v1/api_tokens", { token, body: { name: "a", expires_at: 9e15 } }),
      /^body\.expires_at$/,
    );
    const runs = [9e15, 1e300].map((startedAt, turn) => ({ run_id: `run_late_${turn}`, started_at: startedAt }));
    const { status, body } = await rig().call("POST", "/v1/ingest/runs", { token, body: { runs } });
    expect([status, body.accepted, body.rejected.length]).toEqual([202, 0, 2]);
  });

  it("is a name of a field as long as the body: no more of it comes back than finds the place", async () => {
    const { token } = await furnish(rig(), `l${Date.now()}`);
    const answer = await rig().call("POST", "/v1/secrets", { token, body: { name: "A", value: "v", [`x${"y".repeat(100_000)}`]: 1 } });
    expectMistake("long", answer, /^body\.xy{59}$/);
    expect(JSON.stringify(answer.body).length).toBeLessThan(500);
  });

  it("is a NUL in a form, of a program or of a page", async () => {
    const form = (path: string, fields: Record<string, string>, cookie = "") =>
      fetch(rig().hub.url + path, { method: "POST", headers: { cookie }, body: new URLSearchParams(fields) });
    for (const path of ["device_authorization", "token", "revoke"]) {
      const answer = await form(`/oauth/${path}`, { client_id: "keyward-cli", token: "a\0", host_name: "b" });
      expect([path, answer.status, ((await answer.json()) as { error: string }).error]).toEqual([path, 400, "invalid_request"]);
    }
    const browser = openBrowserLike(rig().hub.url);
    for (const path of ["/sign-in", "/join"]) {
      const page = await browser.submit(await browser.open(path), path, {
        email: "ada\0@example.com",
        password: "correct horse battery",
        name: "Ada\0",
        invitation: "x",
      });
      expect([path, page.status]).toEqual([path, 422]);
    }
    expect(rig().logged.filter((line) => line.includes("unexpected"))).toEqual([]);
  });
});
