import { expect, it } from "vitest";
import { input, readLine, toSecrets, valueOf } from "../../../../src/oauth/computed/kind.ts";
import { context, failure } from "./keys.ts";

const APP = input("app_id", "App id");

it("reads a line that fits, without what stands around it", async () => {
  const shape = { pattern: /^\d+$/, shape: "a number", context };
  expect(readLine({ app_id: " 12 \n" }, APP, shape)).toBe("12");
  expect(await failure(() => readLine({}, APP, shape))).toMatchObject({ code: "KEY_EMPTY", field: "app_id" });
  const refused = await failure(() => readLine({ app_id: "sensitive" }, APP, shape));
  expect(refused).toMatchObject({ code: "KEY_SHAPE", field: "app_id", message: "the app id is a number" });
});

it("keeps values as secrets", () => {
  const source = { flow: "app", values: toSecrets({ app_id: "1" }) } as const;
  expect(JSON.stringify(source)).not.toContain("1");
  expect([valueOf(source, "app_id"), valueOf(source, "other")]).toEqual(["1", ""]);
});
