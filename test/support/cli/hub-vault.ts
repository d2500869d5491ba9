// A hub's vault for tests of the commands that ask it: two names, one of them in two scopes, and what was asked.
// In: nothing. Out: answers for the fake world, and the questions in the order they came.
import { keyward } from "./fake-world.ts";
import { LINKED } from "./hub-answers.ts";

export const hubSecret = (name: string, scope: string, version = 1) => {
  return { id: `sec_${name}_${scope}`, name, scope, current_version: version, created_at: 0, updated_at: 0 };
};
export const asked: { method: string; path: string; body: unknown }[] = [];
const answers = {
  "hub.state": LINKED,
  "hub.call": ({ method, path, body }: { method: string; path: string; body: unknown }) => {
    asked.push({ method, path, body });
    if (path.includes("/versions"))
      return { status: 200, body: { data: [{ version: 1, state: "enabled", created_by: "usr_1", created_at: 0 }] } };
    if (method === "GET")
      return {
        status: 200,
        body: { data: [hubSecret("A", "workspace"), hubSecret("B", "user"), hubSecret("B", "tenant")], next_cursor: null },
      };
    return { status: 201, body: hubSecret("A", "workspace", 2) };
  },
};
export const askHub = async (args: readonly string[], more: object = {}) => {
  asked.length = 0;
  return await keyward(args, { answers, ...more });
};
