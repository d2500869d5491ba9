import { mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openAudit } from "../../../../src/audit/open-audit.ts";
import { verifyProfileAudit } from "../../../../src/daemon/profiles/verify-profile-audit.ts";
import { profileFiles } from "../../../../src/store/profile-files.ts";
import { testSeal } from "../../audit/seal/test-seal.ts";

it("an open profile is verified with what its store knows, a locked one with the key beside its files", async () => {
  const directory = mkdtempSync(join(tmpdir(), "kw-verify-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const { audit: path, auditHead } = profileFiles(directory, "work");
  const seal = testSeal();
  const audit = openAudit({ path, clock: { nowMs: () => 1 }, seal });
  audit.append({ kind: "login", requestId: "req_1", runId: null });
  audit.close();
  const parts = (opened: readonly unknown[]) => ({ paths: { profiles: directory }, profiles: { opened: () => opened } }) as never;
  const open = { name: "work", audit: { flush: () => undefined }, seal };
  for (const opened of [[], [open]])
    expect(await verifyProfileAudit(parts(opened), "work")).toMatchObject({ firstBadSeq: null, signedUpTo: 2 });
  // Both files can be made to say that nothing ever was; the store remembers.
  truncateSync(path, 0);
  rmSync(auditHead);
  expect(await verifyProfileAudit(parts([]), "work")).toMatchObject({ records: 0, firstBadSeq: null });
  expect(await verifyProfileAudit(parts([open]), "work")).toMatchObject({ records: 0, firstBadSeq: 1 });
});
