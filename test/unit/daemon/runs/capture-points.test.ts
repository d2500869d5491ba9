import { describe, expect, it } from "vitest";
import { capturePoints } from "../../../../src/daemon/runs/capture-points.ts";
import { makeProvider } from "../../../support/proxy-rig.ts";

const inject = [[{ in: "header", name: "Authorization", templates: ["Bearer {key}"] }]];
const acme = makeProvider({
  id: "acme",
  endpoints: [{ host: "api.acme.test" }],
  inject,
  capture: [{ host: "login.acme.test", paths: ["/token"] }],
});
const plain = makeProvider({ id: "plain", endpoints: [{ host: "api.plain.test" }], inject });
const find = (id: string) => [acme, plain].find((one) => one.id === id) ?? null;
const login = { host: "login.acme.test", port: 443 };

describe("the token endpoints of a run", () => {
  it("are those of what it binds, at their own hosts only", () => {
    expect(capturePoints({}, [{ definition: acme }, { definition: plain }, { definition: acme }], find)).toMatchObject([
      { definition: { id: "acme" }, isAsked: false, origins: [login] },
    ]);
  });

  it("are those it was asked for, with the hosts its token will go to, once", () => {
    const points = capturePoints({ captures: ["acme", "gone", "plain"] }, [{ definition: acme }], find);
    expect(points).toMatchObject([{ isAsked: true, origins: [login, { host: "api.acme.test", port: 443 }] }]);
    expect(points).toHaveLength(1);
  });

  it("are none for a run that was not asked and binds nothing", () => {
    expect(capturePoints({}, [], find)).toEqual([]);
  });
});
