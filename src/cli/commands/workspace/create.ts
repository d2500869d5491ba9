// `keyward workspace create`: a new workspace at the hub, owned by who made it. One that is there already is given back.
import { define } from "../../define.ts";
import { callHub } from "../../at-hub/call-hub.ts";

export const workspaceCreate = define<{ slug: string; name?: string }>({
  name: "workspace create",
  summary: "make a workspace at the hub",
  args: [{ name: "<slug>", summary: "lower-case letters, digits and dashes" }],
  options: [{ flags: "--name <name>", summary: "what it is called" }],
  examples: [
    { command: "keyward workspace create payments", does: "makes it, or says that it is there" },
    { command: 'keyward workspace create payments --name "Payments team"', does: "with a name" },
  ],
  run: async ({ slug, name }, context) => {
    const body = { slug, ...(name === undefined ? {} : { name }) };
    const made = await callHub<Record<string, unknown>>(context, { method: "POST", path: "/v1/workspaces", body, isCreate: true });
    context.out.line(`workspace ${slug}, ${String(made["id"])}`);
    context.out.note(`next: keyward workspace use ${slug}`);
    context.out.object(made);
  },
});
