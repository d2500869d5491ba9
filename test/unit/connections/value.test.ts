import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readValue, type ValueContext } from "../../../src/connections/value.ts";
import { KeywardError } from "../../../src/core/errors.ts";
import { randomText } from "../../../src/core/ids.ts";
import type { Provider } from "../../../src/providers/schema.ts";
import { sampleProvider } from "../../support/sample-provider.ts";

const HINT = "Acme API keys start with 'ak-' followed by at least 20 letters or digits";
const provider = sampleProvider({
  keysUrl: "https://acme.test/keys",
  fields: [
    {
      name: "key",
      label: "API key",
      env: ["ACME_API_KEY", "acmekey"],
      pattern: "^ak-[A-Za-z0-9]{20,}$",
      hint: HINT,
      placeholder: { prefix: "ak-", length: 30 },
    },
  ],
});
const free = sampleProvider();
const key = `ak-${randomText(24)}`;

function context(of: Provider, changes: Partial<ValueContext> = {}): ValueContext {
  const field = of.fields[0];
  if (field === undefined) throw new Error("the sample has no field");
  return { provider: of, field, ...changes };
}

function read(raw: string, of: Provider = provider): { value: string; notices: readonly string[] } {
  const { value, notices } = readValue(raw, context(of));
  return { value: value.reveal(), notices };
}

function refusal(raw: string, of: ValueContext): KeywardError {
  try {
    readValue(raw, of);
  } catch (error) {
    if (error instanceof KeywardError) return error;
    throw error;
  }
  throw new Error("was not refused");
}

describe("what is stripped", () => {
  it("nothing from a clean key, and there is no notice", () => {
    expect(read(key)).toEqual({ value: key, notices: [] });
  });

  it.each([
    [`  ${key}\r\n`, "surrounding white space was removed"],
    [`\ufeff${key}\u200b`, "surrounding white space was removed"],
    [`"${key}"`, "surrounding quotes were removed"],
    [`'${key}'`, "surrounding quotes were removed"],
    [`\u201c${key}\u201d`, "surrounding quotes were removed"],
    [`Bearer ${key}`, "a pasted 'Bearer ' was removed"],
    [`bearer   ${key}`, "a pasted 'bearer ' was removed"],
    [`token ${key}`, "a pasted 'token ' was removed"],
    [`export ACME_API_KEY=${key}`, "a pasted 'export ACME_API_KEY=' was removed"],
    [`ACME_API_KEY=${key}`, "a pasted 'ACME_API_KEY=' was removed"],
    [`acmekey = ${key}`, "a pasted 'acmekey=' was removed"],
    [`OTHER_NAME=${key}`, "a pasted 'OTHER_NAME=' was removed"],
    [`set X=${key}`, "a pasted 'set X=' was removed"],
    [`$env:ACME_API_KEY = ${key}`, "a pasted '$env:ACME_API_KEY=' was removed"],
    [`Authorization: ${key}`, "a pasted 'Authorization:' was removed"],
  ])("%#: what came along, with a notice", (raw, notice) => {
    const { value, notices } = read(raw);
    expect(value).toBe(key);
    expect(notices).toContain(notice);
  });

  it("several wrappings in any order", () => {
    expect(read(`  export ACME_API_KEY="Bearer ${key}"\n`)).toEqual({
      value: key,
      notices: [
        "surrounding white space was removed",
        "a pasted 'export ACME_API_KEY=' was removed",
        "surrounding quotes were removed",
        "a pasted 'Bearer ' was removed",
      ],
    });
    expect(read(`'Authorization: token ${key}'`).value).toBe(key);
  });

  it("not the padding of base64, nor text before '=' that is no variable's name", () => {
    expect(read("c2VjcmV0Cg==", free).value).toBe("c2VjcmV0Cg==");
    expect(read("abc=def", free).value).toBe("abc=def");
    expect(read(`key=${key}`, free).value).toBe(key);
  });

  it("not a word that only begins like a scheme", () => {
    expect(read("tokenized-value", free).value).toBe("tokenized-value");
    expect(read("bearer-of-news", free).value).toBe("bearer-of-news");
  });

  it("no notice ever holds the value", () => {
    for (const raw of [` ${key}`, `Bearer ${key}`, `export X='${key}'`]) expect(read(raw).notices.join()).not.toContain(key);
  });
});

describe("what is refused", () => {
  it.each(["", "  \n", '""', "export ACME_API_KEY=", "ACME_API_KEY=''", "Bearer ", "\ufeff"])("an empty value (%j)", (raw) => {
    const error = refusal(raw, context(provider));
    expect(error.code).toBe("KEY_EMPTY");
    expect(error.hint).toContain("https://acme.test/keys");
  });

  it("a value that fails the pattern, with the provider's own hint", () => {
    const error = refusal(`sk-${randomText(24)}`, context(provider));
    expect(error.code).toBe("KEY_SHAPE");
    expect(error.message).toBe(HINT);
  });

  it.each([
    [`${key}\n${key}`, /line break/],
    [`${key}\u0000`, /control character at position 28/],
    [`${key}\u001b[31m`, /control character/],
    [`${key}\u00e9`, /not ASCII/],
    [`ak-\u0430${randomText(24)}`, /not ASCII at position 4/],
    [randomText(9000), /longer than 8192/],
    [randomText(90_000), /longer than 8192/],
  ])("%#: what no header can carry, whatever its shape", (raw, message) => {
    const error = refusal(raw, context(free, { anyShape: true }));
    expect(error.code).toBe("KEY_SHAPE");
    expect(error.message).toMatch(message);
  });

  it("one of the profile's own placeholders, also with any shape", () => {
    const error = refusal(key, context(provider, { isPlaceholder: (text) => text === key, anyShape: true }));
    expect(error.code).toBe("KEY_SHAPE");
    expect(error.message).toMatch(/placeholder/);
  });

  it("a ':' in what becomes a Basic user name", () => {
    const basic = sampleProvider({ inject: [[{ in: "basic", username: "{key}", password: "" }]] });
    expect(refusal("a:b", context(basic)).message).toMatch(/':'/);
    expect(read("a:b", free).value).toBe("a:b");
  });

  it("without ever repeating a part of the value", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8, maxLength: 60, unit: "binary" }), (raw) => {
        try {
          readValue(raw, context(provider));
        } catch (error) {
          const said = JSON.stringify((error as KeywardError).toBody());
          const middle = raw.trim().slice(0, 12);
          if (middle.length >= 8 && !HINT.includes(middle)) expect(said).not.toContain(middle);
        }
      }),
    );
  });
});

describe("any shape", () => {
  it("skips the pattern only", () => {
    const { value } = readValue(" another-form ", context(provider, { anyShape: true }));
    expect(value.reveal()).toBe("another-form");
    expect(refusal("", context(provider, { anyShape: true })).code).toBe("KEY_EMPTY");
  });
});
