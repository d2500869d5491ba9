import { rmSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkAuthority } from "../../../../src/daemon/doctor/authority.ts";
import { openSubject } from "../../../../src/daemon/doctor/subject.ts";
import { certificatePath } from "../../../../src/daemon/profiles/authority-file.ts";
import { lockedSubject, makeParts, wellSubject } from "./subject-of.ts";

const DAY_MS = 86_400_000;

describe("the certificate authority", () => {
  it("is well while it lasts, a warning near its end and a failure after it", async () => {
    const subject = await wellSubject();
    const at = (days: number) =>
      checkAuthority({ ...subject, parts: { ...subject.parts, clock: { nowMs: () => Date.now() + days * DAY_MS } } });
    expect(at(0)).toMatchObject({ state: "ok", fix: null });
    expect(at(710)).toMatchObject({ state: "warn", fix: "keyward daemon restart" });
    expect(at(740)).toMatchObject({ state: "fail", fix: "keyward daemon restart" });
  });

  it("fails when children would read another certificate, or none", async () => {
    const subject = await wellSubject();
    const path = certificatePath(subject.parts.paths, "default");
    writeFileSync(path, "something else");
    expect(checkAuthority(subject)).toMatchObject({ state: "fail" });
    rmSync(path);
    expect(checkAuthority(subject)).toMatchObject({ state: "fail" });
  });

  it("is read from its file when the profile is locked, and missed by nobody before there is one", async () => {
    expect(checkAuthority(await lockedSubject())).toMatchObject({ state: "ok", found: expect.stringContaining("valid until") as string });
    expect(checkAuthority(await openSubject(null, makeParts()))).toMatchObject({ state: "ok" });
  });
});
