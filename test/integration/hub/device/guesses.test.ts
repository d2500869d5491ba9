// Wrong guesses counted in real databases: up to the limit, by name, until the window is over; on both engines.
import { expect, it } from "vitest";
import { randomText } from "../../../../src/core/ids.ts";
import { countWrongGuess, requireGuessesLeft } from "../../../../src/hub/device/guesses.ts";
import { describeOnBothEngines } from "../../../support/hub/engines.ts";

let nowMs = Date.now();
const clock = { nowMs: () => nowMs };

describeOnBothEngines(
  "wrong guesses",
  (rig) => {
    it("are allowed as often as the limit says, and again when the window is over", async () => {
      const { parts } = rig().hub;
      const limit = { name: `code:${randomText(6)}`, max: 3, windowMs: 60_000 };
      for (let turn = 0; turn < 3; turn += 1) {
        await requireGuessesLeft(parts, limit);
        await countWrongGuess(parts, limit);
      }
      await expect(requireGuessesLeft(parts, limit)).rejects.toMatchObject({ code: "HUB_BUSY", detail: { retryAfterS: 60 } });
      await requireGuessesLeft(parts, { ...limit, name: `${limit.name}b` });
      nowMs += 60_000;
      await requireGuessesLeft(parts, limit);
      await countWrongGuess(parts, limit);
      await requireGuessesLeft(parts, limit);
    });

    it("lose no count when twenty are wrong at once", async () => {
      const { parts } = rig().hub;
      const limit = { name: `code:${randomText(6)}`, max: 20, windowMs: 60_000 };
      await Promise.all(Array.from({ length: 20 }, () => countWrongGuess(parts, limit)));
      await expect(requireGuessesLeft(parts, limit)).rejects.toMatchObject({ code: "HUB_BUSY" });
      const name = parts.digester.digest(limit.name).digest;
      const row = await parts.storage.within({ key: name }, ({ db }) =>
        db.selectFrom("guess").selectAll().where("name", "=", name).executeTakeFirstOrThrow(),
      );
      expect(row.count).toBe(20);
    });
  },
  { clock },
);
