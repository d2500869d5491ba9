// What a person is told when a login goes and the hub could not be told of it.
// In: what the daemon ended there, or null. Out: a line on standard error, or nothing.
import type { LeftHub } from "../../control/api/hub.ts";
import type { Context } from "../context.ts";

export function noteLeftHub(left: LeftHub | null, out: Pick<Context["out"], "note">): void {
  if (left === null || left.ended) return;
  const device =
    left.deviceId === null || left.deviceId === ""
      ? ""
      : `; its device ${left.deviceId} stays until somebody ends it: DELETE /v1/devices/${left.deviceId}`;
  out.note(`${left.url} could not be reached: the login is gone here, and ends there by itself${device}`);
}
