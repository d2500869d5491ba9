// Debian's Chromium for tests, told to speak to nobody by itself.
// In: where names lead, in the words of Chromium's --host-resolver-rules. Out: launch options for playwright-core, to add to.

const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function chromiumOptions(resolverRules?: string): { executablePath: string; headless: true; args: string[] } {
  const rules = resolverRules === undefined ? [] : [`--host-resolver-rules=${resolverRules}`];
  return { executablePath: "/usr/bin/chromium", headless: true, args: [...QUIET, ...rules] };
}
