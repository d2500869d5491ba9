// What a run tells the daemon about the way out: the proxy and roots of the environment it is started in.
// In: the context. Out: the part of run.start, or null when this process cannot say who it is. Notices go to stderr.
import { readParentNetwork } from "../../child/inherited/parent-network.ts";
import { loadSettings } from "../../config/settings-file.ts";
import type { RunNetworkParams } from "../../control/protocol.ts";
import { identifyProcess } from "../../core/process-identity.ts";
import type { Context } from "../context.ts";

export function readNetwork({ world, paths, out }: Context): RunNetworkParams | null {
  const asker = identifyProcess(process.pid);
  if (asker === null) return null;
  const settings = loadSettings(paths, world.environment);
  const { notices, ...network } = readParentNetwork(world.environment, settings["upstream.proxy"]);
  for (const notice of notices) out.warn(notice);
  return { asker, ...network };
}
