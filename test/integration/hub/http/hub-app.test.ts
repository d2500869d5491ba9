// Every route of the hub, walked from its own list: what it answers is what its OpenAPI schema says, and each of its refusals has a code, a message,
// the field and the request's id; on both engines.
import { z } from "zod";
import { expect, it } from "vitest";
import { ROUTES } from "../../../../src/hub/routes/routes.ts";
import { describeOnBothEngines } from "../../../support/hub/engines.ts";
import { BODIES, fillPath, type Furnished, furnish } from "../../../support/hub/furnished.ts";
import type { Answer } from "../../../support/hub/hub-rig.ts";

type Document = { readonly paths: Record<string, Record<string, { responses: Record<string, unknown> }>>; readonly components: unknown };

/** The schema of one answer as a validator, made from the served document and from nothing else. */
function validatorOf(document: Document, { path, method, status }: { path: string; method: string; status: number }): z.ZodType {
  const resolve = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(resolve);
    if (typeof node !== "object" || node === null) return node;
    const { $ref } = node as { $ref?: string };
    if ($ref !== undefined)
      return resolve(
        $ref
          .split("/")
          .slice(1)
          .reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], document),
      );
    return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, resolve(value)]));
  };
  const response = document.paths[path]?.[method]?.responses[String(status)] as
    | { content?: Record<string, { schema: object }> }
    | undefined;
  expect([path, method, status, response !== undefined]).toEqual([path, method, status, true]);
  const schema = resolve(response?.content?.["application/json"]?.schema ?? {});
  return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
}

/** Deletes last, so that what they take is there for the others; versions are enabled before they are destroyed. */
const rank = ({ method, path }: { method: string; path: string }): number =>
  method === "delete"
    ? path === "/v1/workspaces/{workspace_id}"
      ? 9
      : path.startsWith("/v1/sessions")
        ? 10
        : 5
    : path.endsWith(":destroy")
      ? 3
      : path.endsWith(":rotate")
        ? 4
        : 1;
const ORDERED = ROUTES.toSorted((a, b) => rank(a) - rank(b));

describeOnBothEngines("every route", (rig) => {
  let document: Document;
  const load = async (): Promise<Document> => (document ??= (await rig().call("GET", "/v1/openapi.json")).body as Document);

  it("answers what its schema says", async () => {
    const team = await furnish(rig(), "victim");
    const second = await rig().person(team.place, "owner", { isTenantAdmin: true });
    const called = new Set<string>();
    let rotated: string | undefined;
    for (const spec of ORDERED) {
      const key = `${spec.method} ${spec.path}`;
      const answer = await happy(team, key, spec.path);
      expect([key, answer.status, answer.body?.error?.message]).toEqual([key, spec.status, undefined]);
      const validator = validatorOf(await load(), { path: spec.path, method: spec.method, status: answer.status });
      if (answer.status !== 204) expect([key, validator.safeParse(answer.body).error?.issues]).toEqual([key, undefined]);
      if (key.endsWith(":rotate")) rotated = String(answer.body.id);
      called.add(key);
    }
    expect(called.size).toBe(ROUTES.length);

    async function happy(owner: Furnished, key: string, path: string): Promise<Answer> {
      const token = key === "get /v1/sync" ? owner.deviceToken : spender(owner, key, second.tokens.accessToken);
      const ids: Record<string, string> = {
        ...owner.ids,
        ...(key.includes("/members/{user_id}") ? { user_id: second.userId } : {}),
        ...(rotated === undefined ? {} : { api_token_id: rotated }),
      };
      if (key.endsWith(":undelete")) await rig().call("DELETE", `/v1/secrets/${ids["secret_id"]}?force=true`, { token });
      const [method = "", ...rest] = key.split(" ");
      const query = key === "delete /v1/secrets/{secret_id}" ? "?force=true" : "";
      const body = BODIES[`${method} ${rest.join(" ")}`];
      return await rig().call(method.toUpperCase(), fillPath(path, ids) + query, { token, ...(body === undefined ? {} : { body }) });
    }
  });

  it("refuses without a token, with one of no hub, and with one that is over, all alike", async () => {
    const expired = await rig().person(await rig().tenant());
    await rig().call("DELETE", "/v1/sessions/current", { token: expired.tokens.accessToken });
    const refusals = new Set<string>();
    for (const spec of ROUTES) {
      for (const token of [undefined, "kw_ses_nonsense", expired.tokens.accessToken]) {
        const body = BODIES[`${spec.method} ${spec.path}`];
        const path = fillPath(spec.path, { version: "1", provider_id: "own-victim" });
        const answer = await rig().call(spec.method.toUpperCase(), path, {
          ...(token === undefined ? {} : { token }),
          ...(body === undefined ? {} : { body }),
        });
        expect([spec.path, answer.status]).toEqual([spec.path, 401]);
        await expectRefusal(spec, answer);
        refusals.add(answer.body.error.message);
      }
    }
    expect(refusals.size).toBe(1);
  });

  it("refuses a body that is no JSON, another type, a wrong field, an unknown one, and one over the limit", async () => {
    const team = await furnish(rig(), `g${Date.now()}`);
    const withBody = ROUTES.filter((spec) => spec.body !== undefined);
    expect(withBody.length).toBeGreaterThan(10);
    for (const spec of withBody) {
      const send = (body: unknown, headers: Record<string, string> = {}) =>
        rig().call(spec.method.toUpperCase(), fillPath(spec.path, team.ids), { token: team.token, body, headers });
      const cases = [
        [await send("{"), 400, "HUB_BODY"],
        [await send("a=b", { "content-type": "application/x-www-form-urlencoded" }), 415, "HUB_MEDIA_TYPE"],
        [await send("[1]"), 422, "HUB_INVALID"],
        [await send({ surely_unknown: 1 }), 422, "HUB_INVALID"],
        [await send(JSON.stringify("x".repeat(1_048_577))), 413, "HUB_TOO_LARGE"],
      ] as const;
      for (const [answer, status, code] of cases) {
        expect([spec.path, answer.status, answer.body.error?.code]).toEqual([spec.path, status, code]);
        await expectRefusal(spec, answer);
        if (status === 422) expect(answer.body.error.path).toMatch(/^body/);
      }
    }
  });

  it("refuses a query it does not know, and names what other methods an address takes", async () => {
    const team = await furnish(rig(), `h${Date.now()}`);
    for (const spec of ROUTES.filter((each) => each.query !== undefined && each.method === "get")) {
      const answer = await rig().call("GET", `${fillPath(spec.path, team.ids)}?surely_unknown=1`, { token: team.token });
      expect([spec.path, answer.status, answer.body.error.path]).toEqual([spec.path, 422, "query.surely_unknown"]);
    }
    for (const path of new Set(ROUTES.map((spec) => spec.path))) {
      const taken = ROUTES.filter((spec) => spec.path === path).map((spec) => spec.method);
      const other = (["put", "patch", "delete"] as const).find((method) => !taken.includes(method)) ?? "put";
      const answer = await rig().call(other.toUpperCase(), fillPath(path, team.ids), { token: team.token, body: {} });
      // `validate_token` is a secret's name to the routes with an id.
      if (path === "/v1/secrets/validate_token" || path === "/v1/tenants/current") continue;
      expect([path, answer.status, answer.body.error.code]).toEqual([path, 405, "HUB_METHOD"]);
      expect(answer.headers.get("allow")?.split(", ").toSorted()).toEqual(taken.map((method) => method.toUpperCase()).toSorted());
    }
  });

  it("gives a create that comes again its first answer, and a conflict to another one under the same key", async () => {
    const team = await furnish(rig(), `i${Date.now()}`);
    for (const spec of ROUTES.filter((each) => each.isCreate === true && each.path !== "/v1/api_tokens/{api_token_id}:rotate")) {
      const key = `${spec.method} ${spec.path}`;
      const headers = { "idempotency-key": `key of ${key}`.replaceAll(" ", "-") };
      const send = (body: unknown) => rig().call("POST", fillPath(spec.path, team.ids), { token: team.token, body, headers });
      const [first, again] = [await send(BODIES[key]), await send(BODIES[key])];
      expect([key, first.status, again.status, again.body]).toEqual([key, spec.status, spec.status, first.body]);
      const changed = JSON.parse(
        JSON.stringify(BODIES[key])
          .replace(/another/i, "changed")
          .replace("thief@", "other@"),
      ) as unknown;
      const other = await send(changed);
      expect([key, other.status, other.body.error.code]).toEqual([key, 409, "HUB_CONFLICT"]);
    }
    const bad = await rig().call("POST", "/v1/api_tokens", {
      token: team.token,
      body: { name: "x" },
      headers: { "idempotency-key": "x".repeat(201) },
    });
    expect([bad.status, bad.body.error.path]).toEqual([422, "headers.Idempotency-Key"]);
  });

  async function expectRefusal(spec: { path: string; method: string }, answer: Answer): Promise<void> {
    const { error } = answer.body as { error: { code: string; message: string; request_id: string } };
    expect(error.code).toMatch(/^HUB_[A-Z_]+$/);
    expect(error.message.length).toBeGreaterThan(5);
    expect(error.request_id).toMatch(/^req_\w{16}$/);
    expect(answer.headers.get("x-request-id")).toBe(error.request_id);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const validator = validatorOf(await load(), { path: spec.path, method: spec.method, status: answer.status });
    expect([spec.path, validator.safeParse(answer.body).error?.issues]).toEqual([spec.path, undefined]);
  }
});

/** Who ends something of its own does it last, and the session that is ended is the second owner's. */
function spender(team: Furnished, key: string, second: string): string {
  return key.startsWith("delete /v1/workspaces/{workspace_id}/members") ? second : team.token;
}
