import { expect, it } from "vitest";
import { COMPUTED_FLOWS } from "../../../../src/core/grant.ts";
import { COMPUTED_KINDS } from "../../../../src/oauth/computed/kinds.ts";

it.each(COMPUTED_FLOWS)("%s takes its secret from one file, and everything else may be an argument", (flow) => {
  const { inputs, fileInput } = COMPUTED_KINDS[flow];
  const secrets = inputs.filter(({ secret }) => secret);
  expect(secrets.map(({ name, multiline, optional }) => [name, multiline, optional])).toEqual([[fileInput, true, false]]);
  expect(new Set(inputs.map(({ name }) => name)).size).toBe(inputs.length);
});
