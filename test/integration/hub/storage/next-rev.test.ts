// The change counter over real databases: it counts each tenant by itself, and takes its count back when the transaction fails; on both engines.
import { expect, it } from "vitest";
import { nextRev } from "../../../../src/hub/storage/next-rev.ts";
import { describeOnBothEngines } from "../../../support/hub/engines.ts";

describeOnBothEngines("the change counter", (rig) => {
  it("counts up without a gap, per tenant", async () => {
    const [one, two] = [await rig().tenant(), await rig().tenant()];
    const next = (tenantId: string) => rig().hub.parts.storage.within({ tenantId }, (tx) => nextRev(tx, tenantId));
    expect([await next(one.tenantId), await next(one.tenantId), await next(two.tenantId)]).toEqual([1, 2, 1]);
    const failed = rig().hub.parts.storage.within({}, async (tx) => {
      await nextRev(tx, one.tenantId);
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    expect(await next(one.tenantId)).toBe(3);
    await expect(next("ten_nobody")).rejects.toThrow();
  });
});
