import { describe, expect, it } from "vitest";
import type { CatalogueRow, CatalogueSecret } from "../../../../src/control/api/creds.ts";
import { checkProvider, type CredentialPlaces, hasTrace } from "../../../../src/cli/creds/check-credentials.ts";
import { OLLAMA_ROW, OPENAI_ROW } from "../../../support/cli/sample-answers.ts";

const BARE: CatalogueRow = { ...OPENAI_ROW, connections: [] };
const GOOD = `sk-${"a1".repeat(8)}`;
const withSecret = (secret: CatalogueSecret): CatalogueRow => ({ ...BARE, keys: BARE.keys.map((key) => ({ ...key, secret })) });
const PLACES: CredentialPlaces = {
  environment: {},
  prefix: null,
  file: null,
  profile: "profile default",
  airGap: false,
};

describe("checkProvider", () => {
  it("names what is missing and what to do", () => {
    expect(checkProvider(BARE, PLACES)).toEqual({
      providerId: "openai",
      status: "missing",
      missingKeys: ["OPENAI_API_KEY"],
      remediation: "keyward login openai, or set OPENAI_API_KEY; keys are made at https://platform.openai.com/api-keys",
      found: [],
      ignored: [],
    });
  });

  it("takes the environment before the file and the file before the profile, and says what is shadowed", () => {
    const file = { path: "/s", names: new Set(["OPENAI_API_KEY"]) };
    const { found, status } = checkProvider(OPENAI_ROW, { ...PLACES, environment: { CODEX_API_KEY: GOOD }, file });
    expect(status).toBe("ok");
    expect(found).toEqual([
      {
        key: "OPENAI_API_KEY",
        source: "environment",
        where: "CODEX_API_KEY",
        shadows: [
          { source: "secrets-file", where: "OPENAI_API_KEY in /s" },
          { source: "profile", where: "openai (default) in profile default" },
        ],
        unset: "unset CODEX_API_KEY",
      },
    ]);
  });

  it("does not let a value that cannot be right hide a good one further down", () => {
    const { status, found, ignored } = checkProvider(OPENAI_ROW, { ...PLACES, environment: { OPENAI_API_KEY: "nonsense" } });
    expect(status).toBe("ok");
    expect(found).toMatchObject([{ source: "profile" }]);
    expect(ignored).toEqual([
      {
        key: "OPENAI_API_KEY",
        source: "environment",
        where: "OPENAI_API_KEY",
        reason: "it does not have the shape of the provider's keys",
      },
    ]);
  });

  it("calls a value that is there and wrong invalid, and an empty one missing", () => {
    expect(checkProvider(BARE, { ...PLACES, environment: { OPENAI_API_KEY: "  " } }).status).toBe("invalid");
    expect(checkProvider(BARE, { ...PLACES, environment: { OPENAI_API_KEY: "" } }).status).toBe("missing");
  });

  it("lets an expired connection count for nothing", () => {
    const row: CatalogueRow = {
      ...OPENAI_ROW,
      connections: [{ name: "default", isDefault: true, fields: ["key"], fault: "it has expired" }],
    };
    expect(checkProvider(row, PLACES)).toMatchObject({ status: "invalid", ignored: [{ reason: "it has expired" }] });
  });

  it("takes a name with the prefix for the name, and that one first", () => {
    const environment = { OPENAI_API_KEY: GOOD, STAGE_OPENAI_API_KEY: GOOD };
    expect(checkProvider(BARE, { ...PLACES, environment, prefix: "STAGE" }).found).toMatchObject([
      { where: "STAGE_OPENAI_API_KEY", shadows: [{ where: "OPENAI_API_KEY" }] },
    ]);
    expect(checkProvider(BARE, { ...PLACES, environment: { STAGE_OPENAI_API_KEY: GOOD } }).status).toBe("missing");
  });

  it("skips what is in the cloud behind an air gap, and never what is local", () => {
    expect(checkProvider(BARE, { ...PLACES, airGap: true }).status).toBe("skipped");
    expect(checkProvider(OLLAMA_ROW, { ...PLACES, airGap: true }).status).toBe("ok");
  });

  it("finds a secret of the vault under the name", () => {
    expect(checkProvider(withSecret({ source: "profile", fault: null }), PLACES).found).toMatchObject([
      { source: "profile", where: "secret OPENAI_API_KEY in profile default" },
    ]);
  });

  it("says of a secret that another place keeps that it does, and counts its name", () => {
    expect(checkProvider(withSecret({ source: "1password", fault: null }), PLACES).found).toMatchObject([
      { where: "secret OPENAI_API_KEY in profile default, which another place keeps (1password)" },
    ]);
  });

  it("does not pass a secret of the vault that is no key of the provider", () => {
    const { status, missingKeys, ignored } = checkProvider(withSecret({ source: "profile", fault: "it is no key" }), PLACES);
    expect({ status, missingKeys }).toEqual({ status: "invalid", missingKeys: ["OPENAI_API_KEY"] });
    expect(ignored).toMatchObject([{ where: "secret OPENAI_API_KEY in profile default", reason: "it is no key" }]);
  });

  it("returns no value", () => {
    const { found, ignored } = checkProvider(OPENAI_ROW, { ...PLACES, environment: { OPENAI_API_KEY: GOOD, CODEX_API_KEY: `x${GOOD}` } });
    expect(JSON.stringify([found, ignored])).not.toContain(GOOD);
  });
});

describe("hasTrace", () => {
  it("is there for a connection, a variable and a wrong variable, and for nothing else", () => {
    expect(hasTrace(OPENAI_ROW, PLACES)).toBe(true);
    expect(hasTrace(BARE, PLACES)).toBe(false);
    expect(hasTrace(BARE, { ...PLACES, environment: { CODEX_API_KEY: "?" } })).toBe(true);
  });
});
