// Serving: a taken port, files that are no certificate, TLS from end to end, and the last uses written when it stops.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { get } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { serveHub } from "../../../src/hub/serve-hub.ts";
import { type HubRig, startHubRig } from "../../support/hub/hub-rig.ts";

const log = { info: () => undefined, error: () => undefined };
let rig: HubRig;
beforeAll(async () => {
  rig = await startHubRig();
});
afterAll(() => rig.destroy());

it("says which address it cannot listen on, and which files it cannot read", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  await expect(serveHub({ options: { ...rig.options, port }, log })).rejects.toMatchObject({ code: "PORT_TAKEN" });
  taken.close();
  const tls = { certFile: "/nowhere.pem", keyFile: "/nowhere.key" };
  await expect(serveHub({ options: { ...rig.options, tls }, log })).rejects.toMatchObject({ code: "HUB_UNUSABLE" });
});

it("serves TLS by its own certificate: cookies are bound to it, and plain http is answered by nobody", async () => {
  const directory = mkdtempSync(join(tmpdir(), "keyward-tls-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const tls = { certFile: join(directory, "cert.pem"), keyFile: join(directory, "key.pem") };
  const shape = [
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-subj",
    "/CN=hub",
    "-addext",
    "subjectAltName=IP:127.0.0.1",
  ];
  execFileSync("openssl", ["req", ...shape, "-keyout", tls.keyFile, "-out", tls.certFile], { stdio: "ignore" });
  const hub = await serveHub({ options: { ...rig.options, tls }, log });
  onTestFinished(() => hub.stop());
  expect(hub.url).toMatch(/^https:/);
  const ask = (path: string, ca?: Buffer) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      get(hub.url + path, { agent: false, ...(ca === undefined ? {} : { ca }) }, (response) => resolve(response.resume())).on(
        "error",
        reject,
      );
    });
  const ca = readFileSync(tls.certFile);
  const page = await ask("/sign-in", ca);
  expect([page.statusCode, page.headers["strict-transport-security"]]).toEqual([200, "max-age=31536000"]);
  expect(page.headers["set-cookie"]?.[0]).toMatch(/^__Host-keyward=kw_web_\w{46}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  expect((await ask("/readyz", ca)).statusCode).toBe(200);
  await expect(ask("/readyz")).rejects.toMatchObject({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
  await expect(fetch(hub.url.replace("https:", "http:"))).rejects.toThrow();
  expect((await fetch(`${rig.hub.url}/sign-in`)).headers.get("strict-transport-security")).toBeNull();
});

it("opens nothing where it would show passwords to a network", async () => {
  await expect(serveHub({ options: { ...rig.options, host: "0.0.0.0" }, log })).rejects.toMatchObject({ code: "HUB_INSECURE" });
  const hub = await serveHub({ options: { ...rig.options, host: "0.0.0.0", isInsecureAllowed: true }, log });
  expect((await fetch(`http://127.0.0.1:${new URL(hub.url).port}/healthz`)).status).toBe(200);
  await hub.stop();
});

it("writes what it saw when it stops, though its timer never fired", async () => {
  const owner = await rig.person(await rig.tenant(), "owner");
  const hub = await serveHub({ options: rig.options, log, lastUseEveryMs: 3_600_000 });
  const id = owner.tokens.session.session_id;
  await fetch(`${hub.url}/v1/me`, { headers: { authorization: `Bearer ${owner.tokens.accessToken}` } });
  await hub.stop();
  const row = await rig.hub.parts.storage.within({}, ({ db }) =>
    db.selectFrom("last_use").selectAll().where("subject_id", "=", id).executeTakeFirst(),
  );
  expect(row?.used_at_ms).toBeGreaterThan(0);
});
