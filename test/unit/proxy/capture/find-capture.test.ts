import { describe, expect, it } from "vitest";
import type { CapturePoint, CapturePort } from "../../../../src/proxy/capture/capture-port.ts";
import { capturesAuthority, findCapture } from "../../../../src/proxy/capture/find-capture.ts";
import type { LiveRun } from "../../../../src/proxy/ports.ts";

const point = {
  definition: { id: "acme" },
  capture: { host: "login.acme.test", port: 443, paths: ["/*/OAuth/token"], tokens: [] },
  origins: [
    { host: "login.acme.test", port: 443 },
    { host: "*.acme.test", port: 8443 },
  ],
  isAsked: true,
} as unknown as CapturePoint;
const run = { captures: () => [point] } as unknown as LiveRun;
const ports = { capture: {} as CapturePort };
const at = (path: string, change: { host?: string; port?: number; scheme?: "http" } = {}) =>
  findCapture(
    { authority: { host: change.host ?? "login.acme.test", port: change.port ?? 443 }, scheme: change.scheme ?? "https", path },
    { run, ports },
  );

describe("a token endpoint", () => {
  it.each([
    "/common/oauth/token",
    "/common/OAuth/Token",
    "/common/oauth/token/",
    "/common//oauth/./token",
    "/common/x/../oauth/token",
    "/common/oauth%2Ftoken",
    "/common/oauth/%74oken",
    "/common/oauth/token;v=1",
    "\\common\\oauth\\token",
  ])("is known in the spelling %s", (path) => {
    expect(at(path)).toBe(point);
  });

  it.each(["/oauth/token", "/a/b/oauth/token", "/common/oauth/tokens", "/common/oauth", "/"])("is not %s", (path) => {
    expect(at(path)).toBeNull();
  });

  it("is not at another host or port, nor in clear, nor where nobody captures", () => {
    const path = "/common/oauth/token";
    expect(at(path, { host: "x.acme.test" })).toBeNull();
    expect(at(path, { port: 8443 })).toBeNull();
    expect(at(path, { scheme: "http" })).toBeNull();
    const asked = { authority: point.origins[0]!, scheme: "https", path } as const;
    expect(findCapture(asked, { run, ports: {} })).toBeNull();
    expect(findCapture(asked, { run: {} as LiveRun, ports })).toBeNull();
  });
});

describe("the hosts of a capture", () => {
  it("are intercepted, and said to be asked for", () => {
    expect(capturesAuthority(run, { host: "login.acme.test", port: 443 })).toEqual({ isIntercepted: true, isAsked: true });
    expect(capturesAuthority(run, { host: "api.acme.test", port: 8443 })).toEqual({ isIntercepted: true, isAsked: true });
    expect(capturesAuthority(run, { host: "api.acme.test", port: 443 })).toEqual({ isIntercepted: false, isAsked: false });
    expect(capturesAuthority({} as LiveRun, { host: "login.acme.test", port: 443 }).isIntercepted).toBe(false);
  });
});
