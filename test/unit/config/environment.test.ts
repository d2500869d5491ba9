import { describe, expect, it } from "vitest";
import { daemonEnvironment, inheritedEnvironment, isUnattended, readNamedVariable, readVariable } from "../../../src/config/environment.ts";

describe("readVariable", () => {
  it("gives the value of a variable", () => {
    expect(readVariable("KEYWARD_PROFILE", { KEYWARD_PROFILE: "work" })).toBe("work");
  });

  it.each([{}, { KEYWARD_PROFILE: "" }, { KEYWARD_PROFILE: undefined }])("counts %j as unset", (environment) => {
    expect(readVariable("KEYWARD_PROFILE", environment)).toBeUndefined();
  });
});

describe("isUnattended", () => {
  it.each(["KEYWARD_CI", "CI", "GITHUB_ACTIONS"])("is true with %s", (name) => {
    expect(isUnattended({ [name]: "1" })).toBe(true);
    expect(isUnattended({ [name]: "true" })).toBe(true);
  });

  it.each(["0", "false", ""])("is false with CI=%j", (value) => {
    expect(isUnattended({ CI: value })).toBe(false);
  });

  it("is false where nothing says otherwise", () => {
    expect(isUnattended({})).toBe(false);
  });
});

describe("daemonEnvironment", () => {
  it("keeps what tells it where things are", () => {
    const kept = { PATH: "/bin", HOME: "/home/ada", KEYWARD_HOME: "/tmp/k", KEYWARD_KEYCHAIN: "off" };
    expect(daemonEnvironment(kept)).toEqual(kept);
  });

  it.each(
    "NODE_OPTIONS NODE_EXTRA_CA_CERTS NODE_TLS_REJECT_UNAUTHORIZED SSL_CERT_FILE SSL_CERT_DIR LD_PRELOAD HTTPS_PROXY https_proxy ALL_PROXY NO_PROXY SSLKEYLOGFILE OPENAI_API_KEY HOSTALIASES".split(
      " ",
    ),
  )("drops %s, which loads code, changes TLS, redirects it, or is a key", (name) => {
    expect(daemonEnvironment({ [name]: "x", PATH: "/bin" })).toEqual({ PATH: "/bin" });
  });
});

describe("the process's own environment", () => {
  it("is copied whole for a child, as a copy", () => {
    const copy = inheritedEnvironment();
    expect(copy["PATH"]).toBe(process.env["PATH"]);
    copy["PATH"] = "changed";
    expect(process.env["PATH"]).not.toBe("changed");
  });

  it("gives a variable that the user named", () => {
    process.env["KEYWARD_TEST_NAMED"] = "value";
    expect(readNamedVariable("KEYWARD_TEST_NAMED")).toBe("value");
    delete process.env["KEYWARD_TEST_NAMED"];
    expect(readNamedVariable("KEYWARD_TEST_NAMED")).toBeUndefined();
  });
});
