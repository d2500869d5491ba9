import { describe, expect, it } from "vitest";
import type { Connection } from "../../../../src/core/connection.ts";
import type { RunRecord } from "../../../../src/core/run.ts";
import { bindRun } from "../../../../src/daemon/runs/bindings.ts";
import type { Provider } from "../../../../src/providers/schema.ts";
import { connection, provider, selection, sources } from "./stored.ts";

const openai = provider("openai", [{ name: "key", env: ["OPENAI_API_KEY"] }]);
const github = provider("github", [{ name: "key", env: ["GITHUB_TOKEN"] }]);
const personal = connection("openai", "default");
const work = connection("openai", "work");

function record(bound: Connection[], change: Partial<RunRecord> = {}): RunRecord {
  return {
    id: "run_1",
    tokenHash: "",
    command: "x",
    selection: selection(),
    bound: bound.map(({ provider: id, name, origins, placeholders }) => ({ provider: id, name, origins, placeholders })),
    layers: [],
    owner: null,
    startedAtMs: 0,
    expiresAtMs: null,
    network: null,
    ...change,
  };
}

interface World {
  readonly providers?: Provider[];
  readonly seen?: Map<string, Provider>;
}

function bind(run: RunRecord, stored: Connection[], { providers = [openai, github], seen = new Map() }: World = {}) {
  return bindRun(run, sources(stored, providers), seen);
}

describe("a live run", () => {
  it("binds what its child was given, with the connections as they are now", () => {
    const rotated = { ...personal, id: "con_new" };
    const [binding] = bind(record([personal]), [rotated]);
    expect(binding).toMatchObject({
      provider: "openai",
      isDefault: true,
      connection: { id: "con_new" },
      placeholders: personal.placeholders,
    });
  });

  it("keeps a connection that was logged out bound, without a credential", () => {
    const [binding] = bind(record([personal]), []);
    expect(binding).toMatchObject({ provider: "openai", connection: null, origins: personal.origins, placeholders: personal.placeholders });
  });

  it("takes it back when it is logged in again, with the placeholder the child has", () => {
    const again = connection("openai", "default", { id: "con_again", placeholders: { key: "ph-other", extra: "ph-extra" } });
    const [binding] = bind(record([personal]), [again]);
    expect(binding?.connection?.id).toBe("con_again");
    expect(binding?.placeholders).toEqual({ key: "ph-openai-default", extra: "ph-extra" });
  });

  it("does not slip to another account when its default is logged out", () => {
    const bindings = bind(record([personal, work]), [{ ...work, isDefault: true }]);
    expect(bindings.map(({ name, isDefault, connection: now }) => [name, isDefault, now?.id ?? null])).toEqual([
      ["default", true, null],
      ["work", false, work.id],
    ]);
  });

  it("binds a provider that was connected after it began", () => {
    const bindings = bind(record([personal]), [personal, connection("github", "default")]);
    expect(bindings.map(({ provider: id, isDefault }) => [id, isDefault])).toEqual([
      ["openai", true],
      ["github", true],
    ]);
  });

  it("narrowed to some providers stays narrowed", () => {
    const narrow = record([personal], { selection: selection([], ["openai"]) });
    expect(bind(narrow, [personal, connection("github", "default")]).map((binding) => binding.provider)).toEqual(["openai"]);
  });

  it("uses the hosts fixed at the latest login, never the definition's", () => {
    const wide = { ...openai, endpoints: [{ host: "evil.test", port: 443 }] };
    expect(bind(record([personal]), [personal], { providers: [wide] })[0]?.origins).toEqual(personal.origins);
  });

  it("keeps the definition it saw last when that is removed", () => {
    const seen = new Map<string, Provider>();
    bind(record([personal]), [personal], { providers: [openai], seen });
    expect(bind(record([personal]), [], { providers: [], seen })[0]?.definition).toBe(openai);
  });

  it("still owns the hosts of a definition it never saw, and injects nothing there", () => {
    const [binding] = bind(record([personal]), [], { providers: [] });
    expect(binding?.definition).toMatchObject({ id: "openai", inject: [], endpoints: [{ host: "api.openai.test", port: 443 }] });
  });
});
