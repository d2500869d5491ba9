import { describe, expect, it } from "vitest";
import { readTrust } from "../../../src/child/trust.ts";
import { describeShape } from "../../../src/child/value-shape.ts";

describe("describeShape", () => {
  it.each([
    ["{proxy}", "http://RUN:TOKEN@127.0.0.1:PORT"],
    ['{inherited} --require="{preload}"', '<yours> --require="<file: the preload>"'],
    ["{inherited}:{directory:php-ini}", "<yours>:<directory: php-ini>"],
    ["1", "1"],
  ])("%s is %s", (template, shape) => expect(describeShape(template)).toBe(shape));

  it("describes everything that certs/trust uses", () => {
    const templates = readTrust().flatMap(({ variables }) => Object.values(variables).map(({ value }) => value));
    expect(templates.map(describeShape).filter((shape) => /[{}]|(?:^|[ =:])(?:ca|bundle|proxy|preload)(?:$|[ "])/.test(shape))).toEqual([]);
  });
});
