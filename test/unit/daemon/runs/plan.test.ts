import { describe, expect, it } from "vitest";
import { planEnvironment, planRun, tlsPorts } from "../../../../src/daemon/runs/plan.ts";
import { selectConnections } from "../../../../src/daemon/runs/selection.ts";
import { connection, provider, selection, sources } from "./stored.ts";

const twilio = provider("twilio", [
  { name: "sid", env: ["TWILIO_ACCOUNT_SID"], secret: false },
  { name: "key", env: ["TWILIO_AUTH_TOKEN", "TWILIO_TOKEN"] },
]);
const gemini = provider("gemini", [{ name: "key", env: ["GOOGLE_API_KEY", "GEMINI_API_KEY"] }]);
const maps = provider("maps", [{ name: "key", env: ["GOOGLE_API_KEY"] }]);
const stored = [
  connection("twilio", "default", { publicFields: { sid: "AC123" } }),
  connection("twilio", "team", { publicFields: { sid: "AC999" } }),
  connection("gemini", "default"),
  connection("maps", "default"),
];
const everything = sources(stored, [twilio, gemini, maps]);
const choose = (connections: string[], providers: string[]) => selectConnections(selection(connections, providers), everything);

describe("the child's environment", () => {
  it("has every name of every field, public values as they are, and the default's placeholders", () => {
    expect(planEnvironment(choose(["twilio=default", "twilio=team"], ["twilio"]))).toEqual({
      env: { TWILIO_ACCOUNT_SID: "AC123", TWILIO_AUTH_TOKEN: "ph-twilio-default", TWILIO_TOKEN: "ph-twilio-default" },
      placeholderNames: ["TWILIO_AUTH_TOKEN", "TWILIO_TOKEN"],
    });
  });

  it("is refused when two providers claim one name, naming both", () => {
    for (const refused of [() => planEnvironment(choose([], [])), () => planRun(choose([], ["gemini", "maps"]), [])]) {
      expect(refused).toThrow(expect.objectContaining({ code: "ENV_CLASH", message: "gemini and maps both declare GOOGLE_API_KEY" }));
    }
  });

  it("gives a name to the provider that was asked for more clearly", () => {
    expect(planEnvironment(choose(["maps=default"], [])).env).toMatchObject({
      GOOGLE_API_KEY: "ph-maps-default",
      GEMINI_API_KEY: "ph-gemini-default",
    });
    expect(planEnvironment(choose(["maps=default"], ["gemini"])).env).toMatchObject({ GOOGLE_API_KEY: "ph-gemini-default" });
  });
});

describe("the plan", () => {
  it("lists every bound connection, with names only for the defaults and never a value", () => {
    const plan = planRun(
      choose([], ["twilio"]).concat(choose(["twilio=team"], ["twilio"]).map((choice) => ({ ...choice, isDefault: false }))),
      [],
    );
    expect(plan.connections).toEqual([
      {
        provider: "twilio",
        name: "default",
        hosts: ["api.twilio.test"],
        env: { TWILIO_ACCOUNT_SID: "value", TWILIO_AUTH_TOKEN: "placeholder", TWILIO_TOKEN: "placeholder" },
      },
      { provider: "twilio", name: "team", hosts: ["api.twilio.test"], env: {} },
    ]);
    expect(JSON.stringify(plan)).not.toMatch(/AC123|ph-/);
  });

  it("names the TLS ports beside 443, once and in order", () => {
    const origin = (port: number) => ({ host: "a.test", port });
    expect(tlsPorts([origin(9443), origin(443), origin(8443), origin(9443)])).toEqual([8443, 9443]);
  });
});
