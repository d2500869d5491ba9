import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkAuditChain } from "../../../../src/daemon/doctor/audit-chain.ts";
import { profileFiles } from "../../../../src/store/profile-files.ts";
import { lockedSubject, wellSubject } from "./subject-of.ts";

describe("the audit", () => {
  it("is read whole, also of a locked profile", async () => {
    const subject = await wellSubject();
    subject.profile?.audit.append({ kind: "profile", requestId: "req_1", runId: null });
    expect(await checkAuditChain(subject)).toMatchObject({ state: "ok", found: "1 records, all as they were written" });
    expect(await checkAuditChain(await lockedSubject())).toMatchObject({ state: "ok" });
  });

  it("fails with the number of the first record that was touched", async () => {
    const subject = await wellSubject();
    for (const id of ["req_1", "req_2"]) subject.profile?.audit.append({ kind: "profile", requestId: id, runId: null });
    const { audit } = profileFiles(subject.parts.paths.profiles, "default");
    writeFileSync(audit, readFileSync(audit, "utf8").replace("req_2", "req_3"));
    expect(await checkAuditChain(subject)).toMatchObject({ state: "fail", found: expect.stringContaining("record 2 of") as string });
  });
});
