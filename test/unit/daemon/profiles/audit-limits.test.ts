import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { resolvePaths } from "../../../../src/config/paths.ts";
import { storeSetting } from "../../../../src/config/settings-file.ts";
import { auditLimits } from "../../../../src/daemon/profiles/audit-limits.ts";

it("come from the settings as they are now, and a broken file leaves the defaults", () => {
  const home = mkdtempSync(join(tmpdir(), "kw-limits-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const paths = resolvePaths({ KEYWARD_HOME: home });
  const byDefault = { maxBytes: 67_108_864, maxAgeMs: 90 * 86_400_000 };
  expect(auditLimits(paths)).toEqual(byDefault);
  storeSetting(paths, "audit.max_bytes", 1_000);
  storeSetting(paths, "audit.max_age_days", 0);
  expect(auditLimits(paths)).toEqual({ maxBytes: 1_000, maxAgeMs: 0 });
  writeFileSync(paths.config, "{");
  expect(auditLimits(paths)).toEqual(byDefault);
});
