import { describe, expect, it } from "vitest";
import type { CatalogueRow } from "../../../../src/control/api/creds.ts";
import { chooseRows, filterRows, type Wishes } from "../../../../src/cli/creds/choose-rows.ts";
import { OLLAMA_ROW, OPENAI_ROW } from "../../../support/cli/sample-answers.ts";

const ROWS: CatalogueRow[] = [
  OLLAMA_ROW,
  OPENAI_ROW,
  { ...OPENAI_ROW, id: "slack", kind: "integration" },
  { ...OPENAI_ROW, id: "shopify", kind: "marketplace" },
];
const NONE: Wishes = { project: [], all: false, airGap: false, hasTrace: () => false };
const ids = (chosen: { rows: readonly CatalogueRow[] }): string[] => chosen.rows.map(({ id }) => id);

describe("chooseRows", () => {
  it("takes exactly what is named", () => {
    expect(chooseRows(ROWS, { provider: ["slack"] }, { ...NONE, project: ["openai"] })).toMatchObject({
      why: "named",
      rows: [{ id: "slack" }],
    });
  });

  it("takes what the project wants before what is found, and what is local beside it", () => {
    expect(ids(chooseRows(ROWS, {}, { ...NONE, project: ["slack"], hasTrace: () => true }))).toEqual(["ollama", "slack"]);
    expect(ids(chooseRows(ROWS, {}, { ...NONE, hasTrace: ({ id }) => id === "shopify" }))).toEqual(["ollama", "shopify"]);
  });

  it("shows a newcomer the usual first ones", () => {
    expect(chooseRows(ROWS, {}, NONE).why).toBe("starters");
    expect(ids(chooseRows(ROWS, {}, NONE))).toEqual(["ollama", "openai"]);
  });

  it("takes everything when asked, and behind an air gap", () => {
    expect(ids(chooseRows(ROWS, {}, { ...NONE, all: true }))).toHaveLength(4);
    expect(ids(chooseRows(ROWS, {}, { ...NONE, airGap: true }))).toHaveLength(4);
    expect(ids(chooseRows(ROWS, { kind: ["local"] }, { ...NONE, all: true }))).toEqual(["ollama"]);
  });

  it("takes local servers alone for what they are: nothing of them is missing", () => {
    expect(chooseRows(ROWS, { kind: ["local"] }, NONE)).toMatchObject({ why: "everything", rows: [{ id: "ollama" }] });
  });
});

describe("filterRows", () => {
  it("names what was probably meant, and repeats nothing that may be a key", () => {
    expect(() => filterRows(ROWS, { provider: ["opnai"] })).toThrow("there is no provider 'opnai'; did you mean openai?");
    expect(() => filterRows(ROWS, { provider: ["SK_Secret"] })).toThrow("there is no provider of that name");
  });
});
