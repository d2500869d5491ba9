import { expect, it } from "vitest";
import type { Place } from "../../../../src/providers/schema.ts";
import { canWrite, placeFields } from "../../../../src/proxy/inject/place-fields.ts";

it.each<[Place, string[]]>([
  [{ in: "header", name: "X", templates: ["Bearer {key}", "{key}"] }, ["key"]],
  [{ in: "basic", username: "{user}", password: "{pass_word}", anyUsername: false }, ["user", "pass_word"]],
  [{ in: "query", name: "{not_a_field", template: "{key}" }, ["key"]],
  [{ in: "sigv4", accessKey: "{id}", secretKey: "{secret}", sessionToken: "{session}" }, ["id", "secret"]],
])("finds the fields that %j cannot be written without", (place, fields) => {
  expect(placeFields(place)).toEqual(fields);
  expect(placeFields(place)).toBe(placeFields(place));
  expect(canWrite(place, (field) => fields.includes(field))).toBe(true);
  expect(canWrite(place, (field) => field !== fields[0])).toBe(false);
});
