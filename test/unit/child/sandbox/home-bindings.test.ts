import { expect, it } from "vitest";
import { isWithin } from "../../../../src/child/sandbox/mounts.ts";
import { homeBindings, nodeBindings } from "../../../../src/child/sandbox/home-bindings.ts";

it("lets in tools and git's settings, and no place where credentials are kept", () => {
  const shown = homeBindings("/home/ann", "");
  expect(shown).toContain("/home/ann/.nvm");
  expect(shown).toContain("/home/ann/.gitconfig");
  for (const place of [
    ".ssh",
    ".aws",
    ".netrc",
    ".git-credentials",
    ".config",
    ".config/gh",
    ".cargo",
    ".docker",
    ".npmrc",
    ".kube",
    ".gnupg",
    ".local/share",
  ])
    expect(shown).not.toContain(`/home/ann/${place}`);
});

it("lets in the directories of the PATH with the libraries beside them, but never the home itself", () => {
  const shown = homeBindings("/home/ann", "/home/ann/opt/tool/bin:/home/ann/bin:/home/ann:/usr/bin:/home/annex/bin:/home/ann/scripts");
  expect(shown).toContain("/home/ann/opt/tool/bin");
  expect(shown).toContain("/home/ann/opt/tool/lib");
  expect(shown).toContain("/home/ann/bin");
  expect(shown).toContain("/home/ann/scripts");
  expect(shown).not.toContain("/home/ann");
  expect(shown).not.toContain("/home/ann/lib");
  expect(shown.some((path) => path.startsWith("/usr") || path.startsWith("/home/annex"))).toBe(false);
});

it("lets in of a Node in the home what runs it, and nothing else of where it was installed", () => {
  expect(nodeBindings("/home/ann/.local/bin/node")).toEqual(
    ["bin", "lib", "lib64", "libexec", "include"].map((name) => `/home/ann/.local/${name}`),
  );
  expect(nodeBindings("/home/ann/Downloads/node")).toEqual(["/home/ann/Downloads/node"]);
});

it.each([
  [".cargo", "credentials.toml"],
  [".config/gh", "hosts.yml"],
  [".config/git", "credentials"],
  [".deno", "credentials.json"],
  [".local/share/keyrings", "login.keyring"],
  [".local/share/opencode", "auth.json"],
  [".local/share/uv/credentials", "credentials.toml"],
  [".rattler", "credentials.json"],
  [".rye", "credentials"],
])("covers no file that tools keep tokens in: %s/%s", (directory, name) => {
  const shown = homeBindings("/home/ann", "/home/ann/.local/bin:/home/ann/.deno/bin:/home/ann/.rye/shims");
  expect(shown.filter((path) => isWithin(`/home/ann/${directory}/${name}`, path))).toEqual([]);
});
