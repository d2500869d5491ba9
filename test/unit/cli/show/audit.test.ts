import { describe, expect, it } from "vitest";
import { AUDIT_HEAD, auditCells, auditObject, connectionText, requestText } from "../../../../src/cli/show/audit.ts";
import { AUDIT_ENTRY } from "../../../support/cli/sample-answers.ts";

const empty = { ...AUDIT_ENTRY, runId: null, provider: null, connection: null, method: null, host: null, port: null, path: null };

describe("an audit record", () => {
  it("has a cell for every column, also when it holds next to nothing", () => {
    expect(auditCells(AUDIT_ENTRY)).toHaveLength(AUDIT_HEAD.length);
    expect(auditCells({ ...empty, credential: null, status: null, ms: null })).toEqual([
      "2025-01-31 12:00:00Z",
      "request",
      "-",
      "-",
      "-",
      "-",
      "-",
      "-",
      "",
    ]);
  });

  it("names its target as it is typed, the usual port left out", () => {
    expect(requestText(AUDIT_ENTRY)).toBe("GET api.openai.com/v1/models");
    expect(requestText({ ...AUDIT_ENTRY, method: null, host: "::1", port: 8443, path: null })).toBe("[::1]:8443");
    expect(connectionText({ ...AUDIT_ENTRY, connection: null })).toBe("openai");
    expect(requestText({ ...empty, kind: "secret", method: "PUT", path: "/vault/user/KEY" })).toBe("PUT /vault/user/KEY");
  });

  it("is for scripts an object with its ids and times spelled out", () => {
    expect(auditObject(AUDIT_ENTRY)).toMatchObject({ request_id: "req_1", run: "run_1", at: "2025-01-31T12:00:00.000Z", bytes_down: 12 });
  });
});
