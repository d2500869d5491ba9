import { describe, expect, it } from "vitest";
import { docker } from "../../../../../src/discover/sources/packages/docker.ts";
import { findIn } from "../../../../support/discover/find-in.ts";

describe("the files of Docker", () => {
  it("give their credentials", () => {
    expect(findIn(docker)).toEqual([
      "github? basic key=$2 host:ghcr.io ~/.docker/config.json#/auths/ghcr.io/auth",
      "docker-hub? basic key=$1 host:index.docker.io ~/.docker/config.json#/auths/https:~1~1index.docker.io~1v1~1/auth",
      "registry-acme-example:5000? oauth key=$3 host:registry.acme.example:5000 rotates ~/.docker/config.json#/auths/registry.acme.example:5000/identitytoken",
    ]);
  });

  it("give no OAuth token where none is wanted", () => {
    expect(findIn(docker, { oauth: false })).toEqual([
      "github? basic key=$2 host:ghcr.io ~/.docker/config.json#/auths/ghcr.io/auth",
      "docker-hub? basic key=$1 host:index.docker.io ~/.docker/config.json#/auths/https:~1~1index.docker.io~1v1~1/auth",
    ]);
  });
});
