import { describe, expect, it } from "vitest";
import { readFields } from "../../../../../src/daemon/hub/shared/secret-fields.ts";

const pair = [{ name: "sid" }, { name: "token" }, { name: "region", optional: true }];

describe("a shared secret", () => {
  it("is the one field's value as it stands, also when it looks like JSON", () => {
    expect(readFields([{ name: "key" }], '{"key":"x"}')).toEqual({ key: '{"key":"x"}' });
  });

  it("gives several fields by their names, leaves out what is unknown and what is optional", () => {
    expect(readFields(pair, '{"sid":"a","token":"b","more":"c"}')).toEqual({ sid: "a", token: "b" });
    expect(readFields(pair, '{"sid":"a","token":"b","region":"eu"}')).toEqual({ sid: "a", token: "b", region: "eu" });
  });

  it.each(["plain", "null", "[]", '{"sid":"a"}', '{"sid":"a","token":1}'])("gives nothing for %s", (value) => {
    expect(readFields(pair, value)).toBeNull();
  });
});
