import { describe, expect, it } from "vitest";
import { ERRORS } from "../../../src/core/error-table.ts";
import { KeywardError, systemCode, toKeywardError } from "../../../src/core/errors.ts";

describe("KeywardError", () => {
  it("takes exit and HTTP status from the table", () => {
    const error = new KeywardError("CONNECTION_EXISTS", "it is there");
    expect(error.exitCode).toBe(ERRORS.CONNECTION_EXISTS.exit);
    expect(error.httpStatus).toBe(409);
  });

  it("travels over the wire and back", () => {
    const error = new KeywardError("USAGE", "no", { hint: "keyward --help", detail: { count: 2 } });
    const back = KeywardError.fromBody(JSON.parse(JSON.stringify(error.toBody())));
    expect(back.toBody()).toEqual({ code: "USAGE", message: "no", hint: "keyward --help", detail: { count: 2 } });
    expect(KeywardError.fromBody({ code: "NO_SUCH" as "USAGE", message: "x" }).code).toBe("INTERNAL");
  });

  it("wraps what is foreign without repeating its words", () => {
    const foreign = Object.assign(new Error("holds a secret"), { code: "ENOENT" });
    const wrapped = toKeywardError(foreign);
    expect(wrapped.code).toBe("INTERNAL");
    expect(JSON.stringify(wrapped.toBody())).not.toContain("secret");
    expect(wrapped.cause).toBe(foreign);
    expect(toKeywardError(wrapped)).toBe(wrapped);
    expect(systemCode(foreign)).toBe("ENOENT");
    expect(systemCode(null)).toBeUndefined();
  });
});
