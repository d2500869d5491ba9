import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hashicorpVault } from "../../../src/backends/hashicorp-vault.ts";
import { makeThrowawayAuthority } from "../../../scripts/throwaway-authority.mjs";
import { randomText } from "../../../src/core/ids.ts";
import { refusalOf, testMachine } from "../../support/backend-tools.ts";
import { startKeyValueServer } from "../../support/key-value-server.ts";

const TOKEN = `hvs.${randomText(24)}`;

async function scene() {
  const machine = testMachine();
  const server = await startKeyValueServer(TOKEN);
  machine.variables["VAULT_ADDR"] = server.address;
  machine.variables["VAULT_TOKEN"] = TOKEN;
  server.secrets.set("|secret/ci/openai", [{ key: "old" }, { key: "new", count: 3, nested: { a: 1 }, none: null }]);
  const read = async (rest: string): Promise<string> => (await hashicorpVault.read(rest, machine.tools)).reveal();
  return { machine, server, read };
}

describe("HashiCorp Vault", () => {
  it("gives a field of the current version, or of one that is named", async () => {
    const { server, read } = await scene();
    expect(await read("secret/ci/openai#key")).toBe("new");
    expect(await read("secret/ci/openai?version=1#key")).toBe("old");
    expect(await read("secret/ci/openai#count")).toBe("3");
    expect(await read("secret/ci/openai#nested")).toBe('{"a":1}');
    expect(server.asked[0]).toEqual({ url: "/v1/secret/data/ci/openai", token: TOKEN, namespace: undefined });
  });

  it("is asked in a namespace, below a mount with slashes, at OpenBao's variables", async () => {
    const { machine, server, read } = await scene();
    server.secrets.set("team/a|kv/v2/app key", [{ key: "deep" }]);
    expect(await read("app%20key?mount=kv/v2&namespace=team/a#key")).toBe("deep");
    machine.variables["BAO_ADDR"] = server.address;
    machine.variables["BAO_TOKEN"] = TOKEN;
    delete machine.variables["VAULT_ADDR"];
    delete machine.variables["VAULT_TOKEN"];
    expect(await read("secret/ci/openai#key")).toBe("new");
  });

  it("takes the token from a file that is named, or from the one that `vault login` writes", async () => {
    const { machine, read } = await scene();
    delete machine.variables["VAULT_TOKEN"];
    expect(await refusalOf(read("secret/ci/openai#key"))).toBe("SECRET_UNAVAILABLE there is no token for Vault");
    writeFileSync(join(machine.directory, ".vault-token"), `${TOKEN}\n`);
    expect(await read("secret/ci/openai#key")).toBe("new");
    writeFileSync(join(machine.directory, "other"), "wrong");
    expect(await refusalOf(read(`secret/ci/openai?token_file=${join(machine.directory, "other")}#key`))).toContain("Vault refuses");
    expect(await refusalOf(read("secret/ci/openai?token_file=/absent#key"))).toContain("the token file /absent cannot be read (ENOENT)");
  });

  it("tells what is not there from what is deleted, destroyed and forbidden", async () => {
    const { machine, server, read } = await scene();
    server.secrets.set("|secret/gone", [{ key: "v" }, null, "destroyed"]);
    expect(await refusalOf(read("secret/none#key"))).toContain("Vault has no such secret");
    expect(await refusalOf(read("secret/gone?version=2#key"))).toContain("version 2 of the secret in Vault is deleted");
    expect(await refusalOf(read("secret/gone#key"))).toContain("is destroyed");
    expect(await refusalOf(read("secret/ci/openai#nope"))).toContain("has no field 'nope'");
    expect(await refusalOf(read("secret/ci/openai#none"))).toContain("has no field 'none'");
    expect(await refusalOf(read("secret/ci/openai#__proto__"))).toContain("has no field '__proto__'");
    machine.variables["VAULT_TOKEN"] = "wrong-token";
    const refusal = await refusalOf(read("secret/ci/openai#key"));
    expect(refusal).toContain("SECRET_UNAVAILABLE Vault refuses");
    expect(refusal).not.toContain("wrong-token");
  });

  it.each([
    ["sealed", "BACKEND_UNREACHABLE Vault is sealed"],
    ["standby", "BACKEND_UNREACHABLE Vault is busy or not the active server (answer 429)"],
    ["busy", "BACKEND_UNREACHABLE Vault is busy"],
    ["redirect", "BACKEND_UNREACHABLE Vault answers with another address"],
    ["not vault", "SECRET_UNAVAILABLE what Vault has there is not a secret of the KV v2 engine"],
  ] as const)("that is %s is said to be", async (state, refusal) => {
    const { server, read } = await scene();
    server.state = state;
    expect(await refusalOf(read("secret/ci/openai#key"))).toContain(refusal);
  });

  it("is trusted with the CA that is named, and gets no token without", async () => {
    const machine = testMachine();
    const authority = makeThrowawayAuthority();
    const leaf = authority.issue(["localhost"]);
    const server = await startKeyValueServer(TOKEN, { key: leaf.privateKeyPem, cert: leaf.certificatePem });
    server.secrets.set("|secret/ci/openai", [{ key: "over-tls" }]);
    machine.variables["VAULT_ADDR"] = server.address.replace("127.0.0.1", "localhost");
    machine.variables["VAULT_TOKEN"] = TOKEN;
    const read = async (rest: string): Promise<string> => (await hashicorpVault.read(rest, machine.tools)).reveal();
    expect(await refusalOf(read("secret/ci/openai#key"))).toMatch(
      /^BACKEND_UNREACHABLE Vault at localhost:\d+ has a certificate that is not trusted/,
    );
    expect(server.asked).toEqual([]);
    const caFile = join(machine.directory, "ca.pem");
    writeFileSync(caFile, authority.certificatePem);
    expect(await read(`secret/ci/openai?ca_file=${caFile}#key`)).toBe("over-tls");
    machine.variables["VAULT_CACERT"] = caFile;
    expect(await read("secret/ci/openai#key")).toBe("over-tls");
    machine.variables["VAULT_CACERT"] = "/absent.pem";
    expect(await refusalOf(read("secret/ci/openai#key"))).toContain("the CA file /absent.pem cannot be read (ENOENT)");
  });

  it("that does not answer is given up after a while", { timeout: 60_000 }, async () => {
    const { server, read } = await scene();
    server.state = "hang";
    expect(await refusalOf(read("secret/ci/openai#key"))).toContain("does not answer in time");
  });

  it("gets its token at no address that others can listen to, and at none that is not known", async () => {
    const { machine, read } = await scene();
    machine.variables["VAULT_ADDR"] = "http://vault.example.com:8200";
    expect(await refusalOf(read("secret/ci/openai#key"))).toContain("the address of Vault is https://HOST");
    delete machine.variables["VAULT_ADDR"];
    expect(await refusalOf(read("secret/ci/openai#key"))).toContain("the address of Vault is not known");
    machine.variables["VAULT_ADDR"] = "http://127.0.0.1:9";
    expect(await refusalOf(read("secret/ci/openai#key"))).toContain("BACKEND_UNREACHABLE Vault at 127.0.0.1:9 cannot be reached");
  });
});
