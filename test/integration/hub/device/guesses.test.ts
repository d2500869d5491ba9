// Wrong guesses counted in real databases: up to the limit, by name, until the window is over, and no more of them at once than one by one; on both engines.
import { expect, it } from "vitest";
import { randomText } from "../../../../src/core/ids.ts";
import { type GuessLimit, tryGuess } from "../../../../src/hub/device/guesses.ts";
import { describeOnBothEngines } from "../../../support/hub/engines.ts";

let nowMs = Date.now();
const clock = { nowMs: () => nowMs };
const limitOf = (max: number): GuessLimit => ({ name: `code:${randomText(6)}`, max, windowMs: 60_000 });

describeOnBothEngines(
  "wrong guesses",
  (rig) => {
    const guess = (limits: readonly GuessLimit[], found: string | null) => tryGuess(rig().hub.parts, limits, async () => found);
    const countOf = async ({ name: plain }: GuessLimit): Promise<number | undefined> => {
      const { storage, digester } = rig().hub.parts;
      const name = digester.digest(plain).digest;
      const rows = await storage.within({ key: name }, ({ db }) => db.selectFrom("guess").selectAll().where("name", "=", name).execute());
      return rows[0]?.count;
    };

    it("are allowed as often as the limit says, and again when the window is over", async () => {
      const limit = limitOf(3);
      for (let turn = 0; turn < 3; turn += 1) expect(await guess([limit], null)).toBeNull();
      await expect(guess([limit], "right")).rejects.toMatchObject({ code: "HUB_BUSY", detail: { retryAfterS: 60 } });
      expect(await guess([{ ...limit, name: `${limit.name}b` }], "right")).toBe("right");
      nowMs += 60_000;
      expect(await guess([limit], null)).toBeNull();
      expect(await guess([limit], "right")).toBe("right");
      expect(await countOf(limit)).toBe(1);
    });

    it("are no more than the limit when twenty come at once", async () => {
      const limit = limitOf(5);
      let looked = 0;
      const wrong = async (): Promise<null> => {
        looked += 1;
        return null;
      };
      const done = await Promise.allSettled(Array.from({ length: 20 }, () => tryGuess(rig().hub.parts, [limit], wrong)));
      expect(looked).toBe(5);
      expect(done.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
      for (const each of done) if (each.status === "rejected") expect(each.reason).toMatchObject({ code: "HUB_BUSY" });
    });

    it("are not what fails for another reason, and cost nothing where another limit refuses", async () => {
      const [own, shared] = [limitOf(2), limitOf(1)];
      const broken = tryGuess(rig().hub.parts, [own], () => Promise.reject(new Error("away")));
      await expect(broken).rejects.toThrow("away");
      expect(await countOf(own)).toBe(0);
      await guess([shared], null);
      await expect(guess([own, shared], null)).rejects.toMatchObject({ code: "HUB_BUSY" });
      expect(await countOf(own)).toBe(0);
    });
  },
  { clock },
);
