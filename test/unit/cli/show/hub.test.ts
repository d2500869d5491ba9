import { describe, expect, it } from "vitest";
import { identityLine, identityObject, syncObject } from "../../../../src/cli/show/hub.ts";
import { IDENTITY, LINKED, UNLINKED } from "../../../support/cli/hub-answers.ts";

describe("a hub's identity", () => {
  it("is one line, whoever it is", () => {
    expect(identityLine(IDENTITY)).toBe("Logged in as ada@example.com to Acme/main at https://hub.test");
    expect(identityLine({ ...IDENTITY, workspace: null })).toBe("Logged in as ada@example.com to Acme at https://hub.test");
    const token = { ...IDENTITY, method: "token" as const, user: null, tenant: { id: "", name: "" }, workspace: null };
    expect(identityLine(token)).toBe("Logged in with an API token at https://hub.test");
    expect(identityObject(token)).toMatchObject({ method: "stored_token", email: null, tenant_id: null, workspace: null });
  });

  it("and its state are objects with times as text", () => {
    expect(syncObject(LINKED)).toMatchObject({ logged_in: true, workspace_id: "wsp_1", last_contact: "2025-01-31T12:00:00.000Z" });
    expect(syncObject(UNLINKED)).toMatchObject({ logged_in: false, workspace_id: null, last_contact: null, connections: [] });
  });
});
