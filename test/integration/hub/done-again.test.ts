// A database may want any transaction again. Here it wants every one: what the hub answers, keeps, counts and logs is then the same as without.
// In: two hubs and the same story, told by every route, the pages and the login endpoints. Out: nothing that tells them apart.
import { sql } from "kysely";
import { expect, it } from "vitest";
import { ROUTES } from "../../../src/hub/routes/routes.ts";
import { ALL_TABLES } from "../../../src/hub/storage/policies.ts";
import type { Storage } from "../../../src/hub/storage/storage.ts";
import { openBrowserLike } from "../../support/hub/browser-like.ts";
import { BODIES, fillPath, furnish } from "../../support/hub/furnished.ts";
import { type HubRig, startHubRig } from "../../support/hub/hub-rig.ts";

const PASSWORD = "correct horse battery";

/** Every transaction is done to its end, thrown away, and done again. */
function wantAgain(storage: Storage): Storage {
  return {
    ...storage,
    within: (scope, act) => {
      let isFirst = true;
      return storage.within(scope, async (tx) => {
        const outcome = await act(tx).then(
          (result) => () => result,
          (error: unknown) => () => {
            throw error;
          },
        );
        if (isFirst) {
          isFirst = false;
          throw Object.assign(new Error("could not serialize access"), { code: "40001" });
        }
        return outcome();
      });
    },
  };
}

/** Every route with a request that is right, and one that is refused; what ends things comes last. */
async function askEverything(rig: HubRig): Promise<string[]> {
  const tenant = await furnish(rig, "own");
  const answers: string[] = [];
  const ask = async (method: string, path: string, token: string, body: unknown): Promise<void> => {
    const { status } = await rig.call(method.toUpperCase(), path, { token, ...(body === undefined ? {} : { body }) });
    answers.push(`${method} ${path.replaceAll(/[a-z]{3}_\w{20}/g, "…")} ${status}`);
  };
  await ask("get", "/v1/sync", tenant.deviceToken, undefined);
  for (const { method, path } of ROUTES.toSorted((one, other) => Number(one.method === "delete") - Number(other.method === "delete"))) {
    const body = BODIES[`${method} ${path}`];
    await ask(method, fillPath(path, tenant.ids), tenant.machineToken, body);
    await ask(method, fillPath(path, tenant.ids), tenant.token, body);
  }
  return answers;
}

/** A person joins, logs a program in, whose tokens are renewed and ended. */
async function logIn(rig: HubRig): Promise<string[]> {
  const place = await rig.tenant();
  const token = (await rig.person(place, "owner")).tokens.accessToken;
  const email = "ada@example.com";
  const invited = await rig.call("POST", `/v1/workspaces/${place.workspaceId}/members`, { token, body: { email } });
  const answers: string[] = [];
  const send = async (path: string, fields: Record<string, string>): Promise<Record<string, string>> => {
    const response = await fetch(rig.hub.url + path, {
      method: "POST",
      body: new URLSearchParams({ client_id: "keyward-cli", ...fields }),
    });
    const text = await response.text();
    const body = (text === "" ? {} : JSON.parse(text)) as Record<string, string>;
    answers.push(`${path} ${response.status} ${body["error"] ?? ""}`);
    return body;
  };
  const browser = openBrowserLike(rig.hub.url);
  const join = { invitation: String(invited.body.invitation), email, password: PASSWORD };
  answers.push(`join ${(await browser.submit(await browser.open("/join"), "/join", join)).status}`);
  const login = await send("/oauth/device_authorization", { scope: "cli" });
  const poll = { grant_type: "urn:ietf:params:oauth:grant-type:device_code", device_code: login["device_code"] ?? "" };
  await send("/oauth/token", poll);
  for (const password of ["wrong horse battery", PASSWORD])
    answers.push(`sign-in ${(await browser.submit(await browser.open("/sign-in"), "/sign-in", { email, password })).status}`);
  for (const code of ["BBBB-BBBB", login["user_code"] ?? ""]) {
    const page = await browser.submit(await browser.open(`/device?user_code=${code}`), "/device", {});
    const workspace = /<option value="(wsp_\w+)"/.exec(page.text)?.[1] ?? "";
    const done = await browser.submit(page, "/device/decide", { decision: "approve", workspace, scope: ["connections:read"] });
    answers.push(`device ${page.status} ${done.status}`);
  }
  const pair = await send("/oauth/token", poll);
  await send("/oauth/token", poll);
  const refresh = { grant_type: "refresh_token", refresh_token: pair["refresh_token"] ?? "" };
  await send("/oauth/token", refresh);
  await send("/oauth/token", refresh);
  await send("/oauth/revoke", { token: pair["access_token"] ?? "" });
  await send("/oauth/token", refresh);
  return answers;
}

async function rowsOf({ hub }: HubRig): Promise<Record<string, number>> {
  const rows: Record<string, number> = {};
  await hub.parts.lastUses.flush();
  for (const table of ALL_TABLES)
    rows[table] = await hub.parts.storage.within({}, async ({ db }) => {
      const found = await sql<{ n: number }>`SELECT count(*) AS n FROM ${sql.table(table)}`.execute(db);
      return Number(found.rows[0]?.n);
    });
  return rows;
}

async function tellStory(change: (storage: Storage) => Storage): Promise<unknown> {
  const counted: string[] = [];
  const rig = await startHubRig({ limit: { require: (tier) => void counted.push(tier) }, pollEveryMs: 1 });
  try {
    const { parts } = rig.hub;
    Object.assign(parts, { storage: change(parts.storage) });
    const answers = [...(await askEverything(rig)), ...(await logIn(rig))];
    const errors = rig.logged.filter((line) => line.includes('"level":"error"'));
    return { answers, counted, rows: await rowsOf(rig), errors };
  } finally {
    await rig.destroy();
  }
}

it("answers, keeps and counts the same when every transaction is wanted again", async () => {
  const told = await tellStory((storage) => storage);
  expect(await tellStory(wantAgain)).toEqual(told);
  // The story is one: what is right is done, and what is wrong is refused.
  const { answers, rows, errors } = told as { answers: string[]; rows: Record<string, number>; errors: string[] };
  expect(answers.filter((line) => line.includes(" 20")).length).toBeGreaterThan(40);
  expect(answers).toContain("/oauth/token 400 authorization_pending");
  expect(answers.filter((line) => line === "/oauth/token 200 ")).toHaveLength(3);
  expect([rows["session"], rows["guess"] !== 0, errors]).toEqual([3, true, []]);
});
