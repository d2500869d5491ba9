import { expect, it } from "vitest";
import { bubblewrapMissing, explainFailure } from "../../../../src/child/sandbox/explain-failure.ts";

it.each([
  [
    "bwrap: No permissions to create new namespace, likely because the kernel does not allow non-privileged user namespaces.",
    /unprivileged_userns_clone/,
  ],
  ["bwrap: setting up uid map: Permission denied", /apparmor_restrict/],
  ["bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted", /apparmor_restrict/],
  ["bwrap: Creating new namespace failed: Operation not permitted", /seccomp=unconfined/],
  ["bwrap: Can't mount proc on /newroot/proc: Operation not permitted", /systempaths=unconfined/],
  ["bwrap: Creating new namespace failed: No space left on device", /max_user_namespaces/],
])("%s → the next command", (complaint, hint) => {
  const error = explainFailure(`${complaint}\nmore`);
  expect(error.code).toBe("SANDBOX_UNAVAILABLE");
  expect(error.hint).toMatch(hint);
  expect(error.message).not.toContain("\n");
});

it("repeats the first line of what it does not know", () => {
  expect(explainFailure("\nbwrap: Can't find source path /x: No such file or directory\n").message).toContain("Can't find source path /x");
  expect(explainFailure("").message).toContain("without a word");
});

it("says how bubblewrap is installed", () => {
  expect(bubblewrapMissing()).toMatchObject({ code: "SANDBOX_UNAVAILABLE", hint: expect.stringContaining("apt-get install bubblewrap") });
});
