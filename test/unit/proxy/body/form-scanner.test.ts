import { describe, expect, it } from "vitest";
import { FormScanner } from "../../../../src/proxy/body/form-scanner.ts";
import { expectForEverySplit, rewriteAtOnce } from "./every-split.ts";

const PLACEHOLDER = "ph-0123456789";
const scanner = (name = "token") =>
  new FormScanner(name, PLACEHOLDER.length, (value) => (value === PLACEHOLDER ? Buffer.from("REAL") : null));

describe("a form", () => {
  it.each([
    [`token=${PLACEHOLDER}`, "token=REAL"],
    [`a=1&token=${PLACEHOLDER}&b=%20+`, "a=1&token=REAL&b=%20+"],
    [`tok%65n=ph%2D0123456789`, "tok%65n=REAL"],
    [`&&token=${PLACEHOLDER}&`, "&&token=REAL&"],
  ])("%s has the placeholder of its field replaced, wherever it is cut", (body, expected) => {
    expectForEverySplit(scanner, body, expected);
  });

  it.each([
    "",
    "token",
    "token=",
    `token=${PLACEHOLDER}x`,
    `token=x${PLACEHOLDER}`,
    `token==${PLACEHOLDER}`,
    `token=${PLACEHOLDER};b=1`,
    `Token=${PLACEHOLDER}`,
    `xtoken=${PLACEHOLDER}&tokenx=${PLACEHOLDER}&text=${PLACEHOLDER}`,
    `text=token=${PLACEHOLDER}`,
    `text=%26token=${PLACEHOLDER}`,
    `${PLACEHOLDER}=token&${PLACEHOLDER}`,
    `a=%zz%&token=%`,
    `token[]=${PLACEHOLDER}`,
  ])("%s passes byte for byte", (body) => expectForEverySplit(scanner, body, body));

  it("tells of a value that is too long to be one, and passes it without holding it", () => {
    const seen: (string | null)[] = [];
    const long = "x".repeat(100_000);
    const make = () => new FormScanner("token", 10, (value) => (seen.push(value), null));
    expect(rewriteAtOnce(make, `token=${long}&token=b`)).toBe(`token=${long}&token=b`);
    expect(seen).toEqual([null, "b"]);
    expect(rewriteAtOnce(make, `${long}=token&${long}`)).toBe(`${long}=token&${long}`);
  });

  it("reads a plus as a space, in name and value", () => {
    const seen: (string | null)[] = [];
    rewriteAtOnce(() => new FormScanner("a b", 10, (value) => (seen.push(value), null)), "a+b=c+d%C3%BC");
    expect(seen).toEqual(["c dü"]);
  });
});
