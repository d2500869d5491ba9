// Opens an address in the user's browser. In: the address, the environment. Out: whether a program could be started.
// A browser that fails later is no error: the address is on the screen as well.
import { spawn } from "node:child_process";
import { type Environment, readVariable } from "../../config/environment.ts";

export async function openUrl(url: string, environment: Environment): Promise<boolean> {
  const browser = readVariable("BROWSER", environment);
  try {
    if (browser !== undefined) return await startProgram(browser, url);
    const { default: open } = await import("open");
    const child = await open(url);
    child.on("error", () => undefined);
    return true;
  } catch {
    return false;
  }
}

/** `firefox`, `firefox --new-window` or `w3m %s`, as other programs read BROWSER; the first of a colon-separated list. */
function startProgram(browser: string, url: string): Promise<boolean> {
  const [program = "", ...words] = (browser.split(":")[0] ?? "").trim().split(/\s+/);
  const args = words.some((word) => word.includes("%s")) ? words.map((word) => word.replaceAll("%s", url)) : [...words, url];
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: "ignore", detached: true });
    child.once("spawn", () => {
      child.unref();
      resolve(true);
    });
    child.once("error", () => resolve(false));
  });
}
