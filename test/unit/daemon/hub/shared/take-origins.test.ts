import { describe, expect, it } from "vitest";
import { takeOrigins } from "../../../../../src/daemon/hub/shared/take-origins.ts";
import { bundledProvidersDirectory, loadProviders } from "../../../../../src/providers/catalogue.ts";

const catalogue = loadProviders({ bundledDirectory: bundledProvidersDirectory(), customDirectory: "/nowhere" });
const take = (id: string, ...origins: string[]) => takeOrigins(catalogue.get(id)!, origins);

describe("the origins of a shared connection", () => {
  it("are those the definition knows, with their port", () => {
    expect(take("openai", "https://api.openai.com")).toEqual({ origins: [{ host: "api.openai.com", port: 443 }] });
  });

  it("may be a tenant's own host where the definition has such, and a server of the user's own where it says so", () => {
    expect(take("atlassian", "https://acme.atlassian.net")).toMatchObject({ origins: [{ host: "acme.atlassian.net" }] });
    expect(take("gitlab", "https://git.acme.test:8443")).toEqual({ origins: [{ host: "git.acme.test", port: 8443 }] });
  });

  it.each([
    ["openai", "https://api.openai.com.evil.example"],
    ["openai", "https://openai.com"],
    ["openai", "https://api.openai.com:444"],
    ["atlassian", "https://a.b.atlassian.net"],
    ["atlassian", "https://atlassian.net.evil.example"],
  ])("of %s are never %s", (id, origin) => {
    expect(take(id, origin)).toEqual({ fault: `an origin is no host of ${id}` });
  });

  it.each(["", "https://", "https://user@api.openai.com", "http://api.openai.com", "https://api.openai.com/v1"])("are no %j", (origin) => {
    expect(take("openai", origin)).toEqual({ fault: "an origin is not one" });
  });
});
