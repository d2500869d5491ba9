import { describe, expect, it } from "vitest";
import type { Connection } from "../../../../src/core/connection.ts";
import { again, expired } from "../../../../src/daemon/oauth/again.ts";

describe("a login that is over", () => {
  it("names the command that does it again, with the connection unless it is the default", () => {
    expect(again({ provider: "github", name: "default" })).toBe("keyward login github --force");
    expect(again({ provider: "github", name: "work" })).toBe("keyward login github --connection work --force");
    const error = expired({ provider: "github", name: "work" } as Connection);
    expect(error).toMatchObject({ code: "LOGIN_EXPIRED", hint: "keyward login github --connection work --force" });
    expect(error.message).toBe("the credential of github (work) has expired");
  });
});
