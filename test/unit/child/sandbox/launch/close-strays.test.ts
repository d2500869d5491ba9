import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

const module = new URL("../../../../../src/child/sandbox/launch/close-strays.ts", import.meta.url).href;

it.runIf(process.platform === "linux")("closes what a program would inherit, and nothing that Node needs", () => {
  // A directory at 77, beyond a gap; what is told after it was closed shows that Node still works.
  const script = `
    const { execFileSync } = await import("node:child_process");
    const look = () => execFileSync("ls", ["/proc/self/fd"], { encoding: "utf8" }).trim().split("\\n").includes("77");
    const before = look();
    const { readFileSync } = await import("node:fs");
    const source = readFileSync(new URL(process.argv[1]), "utf8").replace(/: (?:number|void|boolean)\\b/g, "");
    const { closeStrays } = await import("data:text/javascript," + encodeURIComponent(source));
    closeStrays();
    setTimeout(() => console.log(JSON.stringify([before, look()])), 5);`;
  const done = spawnSync("bash", ["-c", 'exec "$0" --input-type=module -e "$1" -- "$2" 77</', process.execPath, script, module], {
    encoding: "utf8",
  });
  expect([done.stdout, done.status]).toEqual(["[true,false]\n", 0]);
});
