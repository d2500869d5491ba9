// provider.*: the definitions, bundled and custom.
// In: ids, or the text of a definition. Out: what is known and every problem. Adding one writes a file of the custom directory
// and nothing else: no stored connection changes its hosts.
import { isAbsolute } from "node:path";
import { closeSync, constants, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import type { FieldInfo, ProviderInfo, Result } from "../../control/protocol.ts";
import type { MethodTable } from "../../control/server.ts";
import { KeywardError, systemCode } from "../../core/errors.ts";
import { formatAuthority } from "../../core/host.ts";
import { customFilePath, customFileText } from "../../providers/custom-file.ts";
import { parseProvider } from "../../providers/parse-provider.ts";
import { runExamples } from "../../providers/run-examples.ts";
import type { Provider } from "../../providers/schema.ts";
import { describeComputed, describeFields } from "../definitions/field-info.ts";
import type { DaemonParts } from "../parts.ts";
import { unknownProvider } from "../definitions/unknown-provider.ts";

type ProviderMethods = Pick<
  MethodTable,
  "provider.list" | "provider.show" | "provider.validate" | "provider.add" | "provider.remove" | "provider.test"
>;

export function providerMethods(parts: DaemonParts): ProviderMethods {
  const { definitions } = parts;
  return {
    "provider.list": async ({ profile }) => {
      const { broken } = definitions.refresh();
      const connected = await connectedProviders(parts, profile);
      return {
        providers: definitions
          .current()
          .list()
          .map((provider) => describe(provider, parts, connected)),
        broken,
      };
    },
    "provider.show": async ({ profile, provider: id }) => {
      // Opens the profile, which brings in what its hub shares.
      const connected = await connectedProviders(parts, profile);
      const definition = definitions.require(id);
      return { info: describe(definition, parts, connected), definition };
    },
    "provider.validate": ({ path, text }) => validate(path, text),
    "provider.add": (params) => add(params, parts),
    "provider.remove": ({ provider }) => ({ removed: removeDefinition(provider, parts) }),
    "provider.test": ({ provider }) => runExamples(definitions.require(provider)),
  };
}

/** Removes a custom definition; a bundled one stays. Returns whether there was one. @throws PROVIDER_UNKNOWN, USAGE */
export function removeDefinition(id: string, { definitions }: DaemonParts): boolean {
  const catalogue = definitions.refresh();
  if (!catalogue.isCustom(id)) {
    if (catalogue.get(id) === null) throw unknownProvider(id, definitions.suggest(id));
    throw new KeywardError("USAGE", `'${id}' is a definition of keyward itself and cannot be removed`, { hint: `keyward logout ${id}` });
  }
  rmSync(customFilePath(definitions.customDirectory, { id }), { force: true });
  definitions.reload();
  return true;
}

/** A locked or missing profile must not hide the definitions: nothing counts as connected then. */
async function connectedProviders({ profiles }: DaemonParts, requested: string | null): Promise<ReadonlySet<string>> {
  try {
    const profile = await profiles.find(requested);
    return new Set(profile?.connections().map((connection) => connection.provider));
  } catch (error) {
    if (error instanceof KeywardError && error.code === "PROFILE_LOCKED") return new Set();
    throw error;
  }
}

function describe(provider: Provider, { definitions }: DaemonParts, connected: ReadonlySet<string>): ProviderInfo {
  return {
    id: provider.id,
    name: provider.name,
    category: provider.category,
    hosts: provider.endpoints.map((endpoint) => formatAuthority(endpoint)),
    fields: describeFields(provider) satisfies FieldInfo[],
    keysUrl: provider.keysUrl ?? null,
    docsUrl: provider.docsUrl ?? null,
    verifiable: provider.verify !== undefined,
    custom: definitions.current().isCustom(provider.id),
    connected: connected.has(provider.id),
    ...(provider.computed === undefined ? {} : { computed: describeComputed(provider) }),
  };
}

function validate(path: string, text: string): Result<"provider.validate"> {
  const { provider, problems } = parseProvider(text, path);
  return { id: provider?.id ?? "", problems };
}

function add({ path, text, force }: { path: string; text: string; force: boolean }, { definitions }: DaemonParts): Result<"provider.add"> {
  const { provider, problems } = parseProvider(text, path);
  if (provider === null) {
    throw new KeywardError("PROVIDER_INVALID", problems[0] ?? `${path} is not a provider definition`, {
      // What came through a pipe has no path.
      hint: `keyward provider validate ${isAbsolute(path) ? path : "FILE"}`,
      detail: { problems },
    });
  }
  const taken = definitions.refresh().get(provider.id) !== null;
  if (taken && !force) {
    throw new KeywardError("PROVIDER_EXISTS", `there is a definition of '${provider.id}' already`, {
      hint: `keyward provider add --force ${path}`,
    });
  }
  const target = customFilePath(definitions.customDirectory, provider);
  writeWhole(target, customFileText(text));
  definitions.reload();
  return { id: provider.id, path: target };
}

function writeWhole(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    rmSync(temporary, { force: true });
    const file = openSync(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new KeywardError("HOME_UNUSABLE", `cannot write ${path} (${systemCode(error) ?? "unknown reason"})`, { cause: error });
  }
}
