import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { randomText } from "../../../src/core/ids.ts";
import { Secret } from "../../../src/core/secret.ts";

describe("Secret", () => {
  const value = randomText(32);
  const secret = new Secret(value);

  it("shows itself in no way of printing", () => {
    const printed = [
      String(secret),
      // oxlint-disable-next-line typescript/restrict-template-expressions -- what it does to a Secret is the point
      `${secret}`,
      JSON.stringify({ secret }),
      inspect({ secret }, { depth: 9, showHidden: true }),
      JSON.stringify([secret]),
    ];
    for (const text of printed) expect(text).not.toContain(value);
    expect(Object.keys(secret)).toEqual([]);
  });

  it("gives its value only when asked, and compares without doing so", () => {
    expect(secret.reveal()).toBe(value);
    expect(secret.length).toBe(32);
    expect(secret.equals(new Secret(value))).toBe(true);
    expect(secret.equals(new Secret(`${value}x`))).toBe(false);
    expect(secret.equals(new Secret(randomText(32)))).toBe(false);
  });
});
