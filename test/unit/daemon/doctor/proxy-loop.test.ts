import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { checkProxyLoop } from "../../../../src/daemon/doctor/proxy-loop.ts";
import { openSubject } from "../../../../src/daemon/doctor/subject.ts";
import { makeParts, wellSubject } from "./subject-of.ts";

/** Answers whatever it hears. */
async function answering(answer: string): Promise<number> {
  const server = createServer((socket) => socket.on("error", () => undefined).once("data", () => socket.end(answer)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe("the proxy loop", () => {
  it("goes through TLS, injection and audit with the profile's authority, and leaves nothing", async () => {
    const subject = await wellSubject();
    const before = readdirSync(subject.parts.paths.state);
    expect(await checkProxyLoop(subject)).toMatchObject({ name: "proxy", state: "ok", fix: null });
    expect(readdirSync(subject.parts.paths.state)).toEqual(before);
    expect(subject.profile?.audit.lastSeq).toBe(0);
    expect(subject.profile?.connections()).toEqual([]);
  });

  it("needs no profile", async () => {
    expect(await checkProxyLoop(await openSubject(null, makeParts()))).toMatchObject({ state: "ok" });
  });

  it("fails when the authority's key and certificate do not belong together", async () => {
    const subject = await wellSubject();
    const other = (await wellSubject()).profile;
    const authority = { certificatePem: other?.authority.certificatePem, privateKeyPem: subject.profile?.authority.privateKeyPem };
    const profile = Object.create(subject.profile, { authority: { value: authority } }) as typeof subject.profile;
    const outcome = await checkProxyLoop({ ...subject, profile }).catch((error: unknown) => error);
    expect(outcome).toMatchObject(outcome instanceof Error ? { code: expect.any(String) as string } : { state: "fail" });
  });

  it("fails when the runs' own port lets anybody in, or does not answer", async () => {
    const open = await answering("HTTP/1.1 200 OK\r\n\r\n");
    expect(await checkProxyLoop(await wellSubject({ proxy: { port: open } as never }))).toMatchObject({
      state: "fail",
      found: expect.stringContaining(`port ${open}`) as string,
    });
    const closed = await answering("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    expect(await checkProxyLoop(await wellSubject({ proxy: { port: closed } as never }))).toMatchObject({ state: "ok" });
  });
});
