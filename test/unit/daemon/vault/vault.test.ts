import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Connection, Credential } from "../../../../src/core/connection.ts";
import { isOfPlace, variablesOf } from "../../../../src/daemon/vault/vault.ts";
import { findSecret } from "../../../../src/daemon/vault/find-secret.ts";
import { unavailable } from "../../../../src/backends/backend.ts";
import { refusalOf } from "../../../support/backend-tools.ts";
import { vaultProfile } from "../../../support/vault-profile.ts";
import { newConnection } from "../../store/temp-profile.ts";

function linkedScene() {
  const scene = vaultProfile();
  const { profile, vault } = scene;
  const link = (name: string, secret: string): Connection => {
    const connection = profile.store.connections.put(
      newConnection({ name, fields: {}, secrets: { key: secret }, placeholders: { key: `placeholder-${name}` } }),
    );
    profile.changed();
    return connection;
  };
  const fill = async (connection: Connection): Promise<string | undefined> => {
    const credential = profile.credential(connection) as Credential;
    return (await vault.fill(profile, connection, credential)).fields["key"]?.reveal();
  };
  return { ...scene, link, fill };
}

describe("a connection that refers to a secret", () => {
  it("gets the newest version with the next use", async () => {
    const { put, link, fill } = linkedScene();
    put("KEY", "one");
    const connection = link("team", "KEY");
    expect(await fill(connection)).toBe("one");
    put("KEY", "two");
    expect(await fill(connection)).toBe("two");
    put("KEY", "own", "user");
    expect(await fill(connection)).toBe("own");
  });

  it("reads a place once for everybody, and again when its time is over", async () => {
    const { machine, put, link, fill, time } = linkedScene();
    machine.install("give", `#!/bin/sh\necho x >> ${machine.directory}/count\nwc -l < ${machine.directory}/count\n`);
    put("KEY", { reference: "command:give" });
    const connection = link("team", "KEY");
    expect(await Promise.all([fill(connection), fill(connection), fill(connection)])).toEqual(["1", "1", "1"]);
    time.steadyMs = 299_000;
    expect(await fill(connection)).toBe("1");
    time.steadyMs = 301_000;
    expect(await fill(connection)).toBe("2");
    time.cacheMs = 0;
    time.steadyMs = 700_000;
    expect([await fill(connection), await fill(connection)]).toEqual(["3", "4"]);
  });

  it("finds a place that failed again a moment later", async () => {
    const { machine, put, link, fill, time } = linkedScene();
    const path = join(machine.directory, "key");
    put("KEY", { reference: `file:${path}` });
    const connection = link("team", "KEY");
    expect(await refusalOf(fill(connection))).toContain(
      `CREDENTIALS_MISSING a secret cannot be had: KEY for openai (team) (file): ${path} does not exist`,
    );
    writeFileSync(path, "there");
    time.steadyMs = 1_001;
    expect(await fill(connection)).toBe("there");
  });

  it("never has what a place gave written into the store", async () => {
    const { machine, put, link, fill, profile } = linkedScene();
    machine.variables["TEAM"] = "held-value";
    put("KEY", { reference: "env:TEAM" });
    expect(await fill(link("team", "KEY"))).toBe("held-value");
    expect(profile.store.secrets.content({ scope: "workspace", name: "KEY" }, null)).toEqual({ reference: "env:TEAM" });
  });

  it("is left as it is when it refers to none", async () => {
    const { profile, vault } = linkedScene();
    const plain = profile.store.connections.put(newConnection());
    const credential = profile.credential(plain)!;
    expect(await vault.fill(profile, plain, credential)).toBe(credential);
  });
});

describe("all that a run needs", () => {
  it("is looked at before it begins, and everything missing is named at once", async () => {
    const { vault, profile, put, link } = linkedScene();
    put("UNSET", { reference: "env:KEYWARD_TEST_UNSET" });
    const connections = [link("a", "ABSENT"), link("b", "UNSET")];
    const refusal = await refusalOf(vault.require(profile, connections));
    expect(refusal).toContain("2 secrets cannot be had");
    expect(refusal).toContain("ABSENT for openai (a) is not in the vault");
    expect(refusal).toContain("UNSET for openai (b) (env): the variable KEYWARD_TEST_UNSET is not set");
  });

  it("tells which variables lead to it, and reads anew what a changed one leads to", async () => {
    const { vault, profile, put, link, fill } = linkedScene();
    put("KEY", { reference: "env:KEYWARD_TEST_SUPPLIED" });
    const connection = link("a", "KEY");
    vault.supply({ KEYWARD_TEST_SUPPLIED: "first" });
    expect(await vault.require(profile, [connection])).toEqual(["KEYWARD_TEST_SUPPLIED"]);
    expect(await fill(connection)).toBe("first");
    vault.supply({ KEYWARD_TEST_SUPPLIED: "second" });
    expect(await fill(connection)).toBe("second");
  });
});

describe("what is known without asking", () => {
  it("is what is stored or held, and nothing of a profile that was closed", async () => {
    const { vault, profile, put, link, fill } = linkedScene();
    put("STORED", "stored-value");
    put("HELD", { reference: "env:KEYWARD_TEST_HELD" });
    vault.supply({ KEYWARD_TEST_HELD: "held-value" });
    const [stored, held] = [link("a", "STORED"), link("b", "HELD")];
    const known = (connection: Connection): string | undefined => vault.known(profile, connection)["key"]?.reveal();
    expect([known(stored), known(held)]).toEqual(["stored-value", undefined]);
    expect(profile.knownSecrets().map(({ secret, owner }) => [secret.reveal(), owner.name])).toEqual([["stored-value", "a"]]);
    await fill(held);
    expect(known(held)).toBe("held-value");
    vault.forget(profile.name);
    expect([known(stored), known(held)]).toEqual(["stored-value", undefined]);
  });
});

it("gives an earlier version, and null for one that there is not", async () => {
  const { vault, profile, put } = linkedScene();
  put("KEY", "one");
  put("KEY", "two");
  const secret = findSecret(profile, "KEY", null)!;
  expect((await vault.read(profile, secret, 1))?.reveal()).toBe("one");
  expect(await vault.read(profile, secret, 9)).toBeNull();
});

it("tells what a place says from a store that fails, and wants no variables for a place it does not know", () => {
  expect(isOfPlace(unavailable("no"))).toBe(true);
  expect(isOfPlace({ code: "STORE_FULL" } as never)).toBe(false);
  expect([variablesOf("env:A"), variablesOf("future:x")]).toEqual([["A"], []]);
});
