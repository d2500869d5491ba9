import { expect, it } from "vitest";
import { verifySchema } from "../../../../src/providers/login/verify-schema.ts";

it("401 is a wrong key and 403 one that is known but limited, unless the definition says otherwise of either", () => {
  const meanings = (change: object) => {
    const { refusedStatus, limitedStatus } = verifySchema.parse({ path: "/me", ...change });
    return [refusedStatus, limitedStatus];
  };
  expect(meanings({})).toEqual([[401], [403]]);
  expect(meanings({ refusedStatus: [401, 403] })).toEqual([[401, 403], []]);
  expect(meanings({ refusedStatus: [400] })).toEqual([[400], [403]]);
  expect(meanings({ limitedStatus: [401, 403] })).toEqual([[], [401, 403]]);
  expect(meanings({ limitedStatus: [] })).toEqual([[401], []]);
});
