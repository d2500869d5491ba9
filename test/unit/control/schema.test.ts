import { describe, expect, it } from "vitest";
import type { Params } from "../../../src/control/protocol.ts";
import { checkParams, isMethod } from "../../../src/control/schema.ts";

const checks = { anyShape: false, doubtful: "warn", verify: false } as const;
const store: Params<"connection.store"> = {
  profile: null,
  provider: "openai",
  connection: null,
  fields: { key: "value" },
  force: false,
  checks,
};

describe("params", () => {
  it("that fit pass unchanged", () => {
    expect(checkParams("connection.store", store)).toEqual(store);
    expect(checkParams("daemon.status", {})).toEqual({});
  });

  it.each([
    ["a missing key", { ...store, force: undefined }, "connection.store: force"],
    [
      "a value over the limit",
      { ...store, fields: { key: "k".repeat(64 * 1024 + 1) } },
      "connection.store: fields is too long: at most 65536 characters",
    ],
    ["a wrong type inside a record", { ...store, fields: { key: 7 } }, "connection.store: fields does not fit"],
    ["a key too many", { ...store, extra: 1 }, "connection.store: params holds a key that does not belong there"],
    ["no object at all", "text", "connection.store: params"],
    ["null", null, "connection.store: params"],
  ])("with %s are refused by path", (_what, params, message) => {
    expect(() => checkParams("connection.store", params)).toThrow(
      expect.objectContaining({ code: "USAGE", message: expect.stringContaining(message) as string }),
    );
  });

  it("never show a value in the refusal", () => {
    const canary = `canary-${Math.random()}`;
    const given = [{ force: canary }, { fields: canary }, { [canary]: 1 }, { fields: { [canary]: 1 } }, { fields: { key: [canary] } }];
    for (const change of given) {
      const refusal = (): unknown => checkParams("connection.store", { ...store, ...change });
      expect(refusal).toThrow(expect.objectContaining({ code: "USAGE", message: expect.not.stringContaining(canary) as string }));
    }
  });

  it("over their size limits are refused", () => {
    const fields = { key: "x".repeat(64 * 1024 + 1) };
    expect(() => checkParams("connection.store", { ...store, fields })).toThrow(expect.objectContaining({ code: "USAGE" }));
  });
});

describe("method names", () => {
  it("are own keys only", () => {
    expect(isMethod("daemon.status")).toBe(true);
    for (const name of ["toString", "constructor", "__proto__", "", null, 7, ["daemon.status"]]) expect(isMethod(name)).toBe(false);
  });
});
