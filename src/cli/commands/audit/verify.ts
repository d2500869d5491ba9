// `keyward audit verify`: is the chain of records whole? Ends with 1 when it is not.
import { define } from "../../define.ts";

export const auditVerify = define({
  name: "audit verify",
  summary: "check that no audit record was changed or removed",
  examples: [
    { command: "keyward audit verify", does: "names the first record that does not fit" },
    { command: "keyward audit verify --json", does: "ok is true or false" },
  ],
  run: async (_args, { out, call, profile }) => {
    const { records, firstBadSeq } = await call("audit.verify", { profile });
    const ok = firstBadSeq === null;
    out.line(
      ok
        ? `${records} records, all as they were written`
        : `record ${firstBadSeq} was changed, or one before it was removed (${records} records)`,
      ok ? "good" : "bad",
    );
    out.object({ ok, records, first_bad_seq: firstBadSeq });
    return ok ? 0 : 1;
  },
});
