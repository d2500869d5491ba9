import { describe, expect, it } from "vitest";
import { keyward } from "../../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../../support/cli/sample-answers.ts";

const put = async (words: readonly string[], stdin = "") => {
  const done = await keyward(["vault", "put", ...words], { answers: ANSWERS, stdin });
  return { ...done, params: done.calls[0]?.params };
};

describe("keyward vault put", () => {
  it("stores into the workspace unless another scope is named", async () => {
    expect((await put(["KEY", "--stdin"], "v")).params).toMatchObject({ scope: "workspace", name: "KEY", value: "v", reference: null });
    expect((await put(["KEY", "--stdin", "--scope", "tenant"], "v")).params).toMatchObject({ scope: "tenant" });
    expect(await put(["KEY", "--stdin", "--scope", "org"], "v")).toMatchObject({ status: 2, calls: [] });
    expect(await put(["a key", "--stdin"], "v")).toMatchObject({ status: 2, calls: [] });
  });

  it("keeps a reference in place of a value, or a copy of what is there", async () => {
    expect((await put(["KEY", "--backend", "env:TEAM"])).params).toMatchObject({ value: null, reference: "env:TEAM", copy: false });
    expect((await put(["KEY", "--backend", "env:TEAM", "--copy"])).params).toMatchObject({ value: null, copy: true });
    expect((await put(["KEY", "--backend", "keychain", "--stdin"], "v")).params).toMatchObject({
      value: "v",
      reference: "keychain:keyward-vault/KEY",
    });
    expect(await put(["KEY", "--copy"])).toMatchObject({ status: 2, calls: [] });
    expect(await put(["KEY", "--copy", "--backend", "env:A", "--stdin"], "v")).toMatchObject({ status: 2, calls: [] });
  });
});
