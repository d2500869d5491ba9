// The run socket: where members of a group, other users, may begin runs of the connections that the setting `run.shared` names.
// In: the daemon's parts. Out: a listening socket, or null when the setting `run.socket` is not set. Nothing else is done over it:
// no list, no login, no reveal, no stop. What such a run may not bring: a way out of its own, another profile, a run without an owner.
import { lstatSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { loadSettings } from "../../config/settings-file.ts";
import { PROTOCOL_VERSION } from "../../control/protocol.ts";
import { type ControlServer, type MethodTable, type Session, startControlServer } from "../../control/server.ts";
import { packageVersion } from "../../control/version.ts";
import { KeywardError, systemCode } from "../../core/errors.ts";
import type { ConnectionRef } from "../../core/connection.ts";
import { parseConnectionRef } from "../../core/names.ts";
import { describeBug } from "../log.ts";
import type { DaemonParts } from "../parts.ts";
import { attachRun } from "../runs/attach-run.ts";
import { startRun } from "../methods/run.ts";
import { narrow } from "./narrow.ts";

/** @throws HOME_UNUSABLE, HOME_UNSAFE */
export async function openRunSocket(parts: DaemonParts, onCall: (change: 1 | -1) => void): Promise<ControlServer | null> {
  const socketPath = loadSettings(parts.paths)["run.socket"];
  if (socketPath === null) return null;
  const groupId = groupOf(dirname(socketPath));
  removeStale(socketPath);
  try {
    return await startControlServer({
      socketPath,
      groupId,
      methods: runSocketMethods(parts),
      // A stranger's newer command must not end this daemon.
      greet: () => ({ protocol: PROTOCOL_VERSION, version: packageVersion(), pid: process.pid, stepsAside: false }),
      onCall,
      onBug: (method, error) => parts.log.error("bug", { method, ...describeBug(error) }),
    });
  } catch (error) {
    throw new KeywardError("HOME_UNUSABLE", `cannot listen on the run socket ${socketPath} (${systemCode(error) ?? "unknown reason"})`, {
      hint: "see docs/separate-user.md, or: keyward config unset run.socket",
      cause: error,
    });
  }
}

/** The directory's group is whom the socket is for. Nobody else may put a socket of theirs in its place. */
function groupOf(directory: string): number {
  const refuse = (what: string): KeywardError =>
    new KeywardError("HOME_UNSAFE", `the run socket's directory ${directory} ${what}`, { hint: "see docs/separate-user.md" });
  const stat = lstatSync(directory, { throwIfNoEntry: false });
  if (stat?.isDirectory() !== true) throw refuse("is not there");
  if (stat.uid !== process.getuid?.() && stat.uid !== 0) throw refuse("belongs to another user");
  if ((stat.mode & 0o022) !== 0) throw refuse("can be written by others");
  return stat.gid;
}

/** Only a socket of ours, left by a daemon before this one. */
function removeStale(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat?.isSocket() === true && stat.uid === process.getuid?.()) rmSync(path);
}

export function runSocketMethods(parts: DaemonParts): Partial<MethodTable> {
  const begun = new Map<number, Set<string>>();
  const remember = (session: Session, runId: string): void => {
    if (!begun.has(session.id)) session.onClosed(() => begun.delete(session.id));
    begun.set(session.id, (begun.get(session.id) ?? new Set()).add(runId));
  };
  return {
    "run.start": async (params, session) => {
      if (params.owner === null) throw refused("a run over this socket needs a process that owns it");
      if (params.network !== null || params.profile !== null)
        throw refused("a run over this socket takes the daemon's own profile and way out");
      const profile = await parts.profiles.ensure(null);
      const shared = loadSettings(parts.paths)["run.shared"].map(parseConnectionRef);
      const selection = narrow(params.selection, shared.filter(isNamed).map(toRef), (ref) => profile.find(ref) !== null);
      const started = await startRun({ ...params, selection }, { parts, session, isSeparateUser: true });
      remember(session, started.runId);
      // The path is in a home that only the daemon's own user may enter.
      return { ...started, caCertificatePath: "", caPem: profile.authority.certificatePem };
    },
    "run.attach": async (params, session) => {
      await parts.restored.settled();
      if (parts.runs.find(params.runId)?.record.level?.includes("L2") !== true) throw parts.restored.explainMissing(params.runId);
      const attached = await attachRun(params, { parts, session });
      remember(session, params.runId);
      return attached;
    },
    "run.end": ({ runId }, session) => {
      if (begun.get(session.id)?.has(runId) !== true) throw refused("only the command that began a run ends it");
      const { requests, denied } = parts.runs.end(runId);
      return { requests, denied };
    },
  };
}

type Named = ReturnType<typeof parseConnectionRef> & { readonly connection: string };

function isNamed(entry: ReturnType<typeof parseConnectionRef>): entry is Named {
  return entry.connection !== null;
}

function toRef({ provider, connection }: Named): ConnectionRef {
  return { provider, name: connection };
}

function refused(message: string): KeywardError {
  return new KeywardError("RUN_SOCKET_REFUSED", message);
}
