import { describe, expect, it } from "vitest";
import { type Answers, keyward } from "../../../../support/cli/fake-world.ts";

const info = {
  id: "acme",
  name: "Acme",
  category: "dev",
  hosts: ["api.acme.com"],
  fields: [],
  keysUrl: null,
  docsUrl: null,
  verifiable: false,
  custom: false,
  connected: false,
} as const;

const show = async (more: object, definition: unknown): Promise<string> => {
  const answers: Answers = { "provider.show": { info: { ...info, ...more }, definition } };
  return (await keyward(["provider", "show", "acme"], { answers })).stdout;
};

describe("provider show", () => {
  it("says which flows there are and where a client comes from", async () => {
    const oauth = { flows: ["browser", "device"], howToGetClientId: "Make an app.", clientsUrl: "https://acme.com/apps" };
    const shown = await show({}, { oauth, selfHosted: { example: "https://git.acme.com" }, capture: [{}] });
    expect(shown).toMatch(/^login: +a key, --flow browser, --flow device$/m);
    expect(shown).toMatch(/^OAuth client: +Make an app\. \(https:\/\/acme\.com\/apps\)$/m);
    expect(shown).toMatch(/^server of your own: +--base-url https:\/\/git\.acme\.com$/m);
    expect(shown).toMatch(/^logins of tools: +kept in a run$/m);
  });

  it("says what a computed credential is made from", async () => {
    const computed = [{ flow: "app", fields: [], fileField: "private_key", howTo: "Download a key", pageUrl: null }];
    const shown = await show({ computed }, {});
    expect(shown).toMatch(/^login: +a key, --flow app$/m);
    expect(shown).toMatch(/^for --flow app: +Download a key$/m);
  });

  it("names nothing else where a key is all there is", async () => {
    const shown = await show({}, { id: "acme" });
    expect(shown).toMatch(/^login: +a key$/m);
    expect(shown).not.toMatch(/--flow|OAuth|--base-url|logins of tools/);
  });
});
