import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Secret } from "../../../../src/core/secret.ts";
import { openProfile } from "../../../../src/store/open-profile.ts";
import { codeOf, NAME, tempProfile } from "../temp-profile.ts";

const ref = { scope: "workspace", name: "SLACK_BOT_TOKEN" } as const;
const value = (text: string) => ({ ...ref, content: { value: new Secret(text) } });

describe("a secret", () => {
  it("gets a new version with every put, and keeps the old ones", () => {
    let nowMs = 1_000;
    const { store } = tempProfile({ nowMs: () => nowMs });
    const [first] = store.secrets.put([value("one")]);
    nowMs = 2_000;
    const [second] = store.secrets.put([value("two")]);
    expect(first).toMatchObject({ ...ref, version: 1, versions: 1, createdAtMs: 1_000, updatedAtMs: 1_000, reference: null });
    expect(second).toEqual({ ...first, version: 2, versions: 2, updatedAtMs: 2_000 });
    expect(JSON.stringify(store.secrets.list())).not.toContain("two");
    expect(store.secrets.versions(ref)).toEqual([
      { version: 2, createdAtMs: 2_000, reference: null },
      { version: 1, createdAtMs: 1_000, reference: null },
    ]);
    const reveal = (version: number | null): string | null => {
      const content = store.secrets.content(ref, version);
      return content !== null && "value" in content ? content.value.reveal() : null;
    };
    expect([reveal(null), reveal(1), reveal(2), reveal(3)]).toEqual(["two", "one", "two", null]);
  });

  it("may be a reference, and be one after it was a value", () => {
    const { store } = tempProfile();
    store.secrets.put([value("one")]);
    store.secrets.put([{ ...ref, content: { reference: "env:X" } }]);
    expect(store.secrets.find(ref)).toMatchObject({ version: 2, reference: "env:X" });
    expect(store.secrets.content(ref, null)).toEqual({ reference: "env:X" });
  });

  it("of each scope is one of its own, the nearest listed first", () => {
    const { store } = tempProfile();
    for (const scope of ["tenant", "user", "workspace"] as const) store.secrets.put([{ ...value(scope), scope }]);
    store.secrets.put([{ ...value("a"), name: "A" }]);
    expect(store.secrets.list().map(({ scope, name }) => `${name} ${scope}`)).toEqual([
      "A workspace",
      "SLACK_BOT_TOKEN user",
      "SLACK_BOT_TOKEN workspace",
      "SLACK_BOT_TOKEN tenant",
    ]);
    expect(store.secrets.remove({ ...ref, scope: "user" })).toBe(true);
    expect(store.secrets.remove({ ...ref, scope: "user" })).toBe(false);
    expect(store.secrets.find(ref)).not.toBeNull();
  });

  it("outlives a restart, and nothing of it is readable in the file", () => {
    const { store, directory, key, files } = tempProfile();
    const canary = "canary-".repeat(4);
    store.secrets.put([value(canary)]);
    store.close();
    expect(readFileSync(files.database).includes(canary)).toBe(false);
    const again = openProfile({ directory, name: NAME, key });
    const content = again.secrets.content(ref, null);
    expect(content !== null && "value" in content && content.value.reveal()).toBe(canary);
    again.close();
    expect(codeOf(() => again.secrets.list())).toBe("PROFILE_LOCKED");
  });

  it("is put with all the others or not at all", () => {
    const { store } = tempProfile();
    const wrong = { ...value("x"), scope: "org" as "user", name: "OTHER" };
    expect(codeOf(() => store.secrets.put([value("one"), wrong]))).not.toBe("nothing");
    expect(store.secrets.list()).toEqual([]);
  });
});
