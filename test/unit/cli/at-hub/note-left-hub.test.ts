import { expect, it, vi } from "vitest";
import { noteLeftHub } from "../../../../src/cli/at-hub/note-left-hub.ts";

it("says nothing of what was ended or never there, and what lives on when the hub was away", () => {
  const note = vi.fn();
  const url = "https://hub.example";
  noteLeftHub(null, { note });
  noteLeftHub({ url, deviceId: "dev_1", ended: true }, { note });
  expect(note).not.toHaveBeenCalled();
  noteLeftHub({ url, deviceId: "dev_1", ended: false }, { note });
  noteLeftHub({ url, deviceId: null, ended: false }, { note });
  expect(note.mock.calls).toEqual([
    [expect.stringMatching(/^https:\/\/hub\.example could not be reached: .*DELETE \/v1\/devices\/dev_1$/)],
    [expect.stringMatching(/ends there by itself$/)],
  ]);
});
