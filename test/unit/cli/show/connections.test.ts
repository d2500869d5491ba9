import { describe, expect, it } from "vitest";
import { connectionObject } from "../../../../src/cli/show/connections.ts";
import { CONNECTION } from "../../../support/cli/sample-answers.ts";

describe("connectionObject", () => {
  it("names things as every other command does and holds no placeholder", () => {
    expect(connectionObject(CONNECTION)).toEqual({
      provider: "openai",
      connection: "default",
      id: "con_1",
      kind: "api_key",
      status: "connected",
      default: true,
      created_at: "2025-01-29T12:00:00.000Z",
      expires_at: null,
      last_used_at: "2025-01-31T10:00:00.000Z",
      hosts: ["api.openai.com", "eu.openai.com:8443"],
      env: ["OPENAI_API_KEY"],
    });
  });
});
