// One address with its user a line, as git's credential store writes them → a list of {host, login, password}.
// A line that is no such address is left out: git does the same.
import type { Tree } from "../source.ts";

export function parseUrlLines(text: string): Tree {
  return text.split(/\r\n|\n|\r/).flatMap((line): Tree[] => {
    const match = /^https?:\/\/([^\s:@/]*)(?::([^\s@/]*))?@([^\s@/]+)(?:\/\S*)?$/i.exec(line.trim());
    const [user, password] = [decode(match?.[1] ?? ""), decode(match?.[2] ?? "")];
    if (match === null || user === null || password === null) return [];
    // A token alone stands where the user would: https://TOKEN@host, or with a password that says nothing.
    const alone = password === "" || password === "x-oauth-basic";
    const secret = alone ? user : password;
    return secret === "" ? [] : [{ host: (match[3] ?? "").toLowerCase(), login: alone ? "" : user, password: secret }];
  });
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
