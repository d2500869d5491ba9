// `keyward audit verify`: is the chain of records whole? Ends with 1 when it is not.
import { define } from "../../define.ts";

export const auditVerify = define({
  name: "audit verify",
  summary: "check that no audit record was changed or removed",
  details: `Walks every file of the profile's audit, the oldest first: the chain of hashes, the signed checkpoints in it, and how
far it is known to reach. The records after the last checkpoint are vouched for by the chain alone (docs/formats.md).`,
  examples: [
    { command: "keyward audit verify", does: "names the first record that does not fit" },
    { command: "keyward audit verify --json", does: "ok is true or false" },
  ],
  run: async (_args, { out, call, profile }) => {
    const { records, firstBadSeq, firstBadFile, signedUpTo } = await call("audit.verify", { profile });
    const ok = firstBadSeq === null;
    out.line(
      ok
        ? `${records} records, all as they were written; signed up to ${signedUpTo}`
        : `record ${firstBadSeq} was changed, or one before it was removed (${records} records, signed up to ${signedUpTo}); see ${firstBadFile}`,
      ok ? "good" : "bad",
    );
    out.object({ ok, records, first_bad_seq: firstBadSeq, first_bad_file: firstBadFile, signed_up_to: signedUpTo });
    return ok ? 0 : 1;
  },
});
