import { describe, expect, it } from "vitest";
import { ERRORS, type ErrorCode } from "../../../src/core/error-table.ts";
import { KeywardError } from "../../../src/core/errors.ts";
import { refusalBytes, refusalFor } from "../../../src/proxy/refuse.ts";

describe("refusalFor", () => {
  it("is JSON with code, message, hint, provider and request id, and Proxy-Status", () => {
    const refusal = refusalFor(
      new KeywardError("LOGIN_REQUIRED", "not logged in", { hint: "keyward login acme", detail: { provider: "acme" } }),
      "req_1",
    );
    expect(refusal.status).toBe(403);
    expect(JSON.parse(refusal.body)).toEqual({
      error: { code: "LOGIN_REQUIRED", message: "not logged in", hint: "keyward login acme", provider: "acme", request_id: "req_1" },
    });
    const headers = Object.fromEntries(refusal.headers);
    expect(headers["Proxy-Status"]).toBe('keyward; error=http_request_denied; details="LOGIN_REQUIRED"');
    expect(headers["Content-Length"]).toBe(String(Buffer.byteLength(refusal.body)));
    expect(headers["Cache-Control"]).toBe("no-store");
  });

  it("names the request where a client shows nothing but the first line, and in a field", () => {
    const refusal = refusalFor(new KeywardError("RULE_DENIED", "no"), "req_1");
    expect(refusalBytes(refusal, "close")).toMatch(/^HTTP\/1\.1 403 Forbidden \(req_1\)\r\n/);
    expect(Object.fromEntries(refusal.headers)["Keyward-Request-Id"]).toBe("req_1");
  });

  it("has a status of the 4xx or 5xx for every code, and the fields a status demands", () => {
    for (const code of Object.keys(ERRORS) as ErrorCode[])
      expect(refusalFor(new KeywardError(code, "x"), "r").status).toBeGreaterThanOrEqual(400);
    expect(Object.fromEntries(refusalFor(new KeywardError("PROXY_AUTH_REQUIRED", "x"), "r").headers)).toHaveProperty("Proxy-Authenticate");
    expect(Object.fromEntries(refusalFor(new KeywardError("UPGRADE_UNSUPPORTED", "x"), "r").headers)).toHaveProperty("Upgrade");
  });
});
