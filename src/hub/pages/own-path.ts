// Where a person was going before they had to sign in: a path of this hub, never `//elsewhere` or a URL.
// In: what a query or form says. Out: a path that a redirect may name; `/` for everything else.
export function ownPath(text: string | null): string {
  return text !== null && /^\/(?![/\\])[!-~]{0,200}$/.test(text) ? text : "/";
}
