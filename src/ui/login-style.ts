// The one style sheet of the login pages: small, readable, follows the system's light or dark.

export const LOGIN_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --card: #fff; --text: #16181d; --quiet: #565c69; --line: #c9cdd6; --accent: #1d5fd1; --on-accent: #fff;
  --bad: #a3161f; --bad-ground: #fdecec;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #101216; --card: #191c22; --text: #eceef2; --quiet: #a3aab8; --line: #434a58; --accent: #8ab4ff; --on-accent: #0b1220;
    --bad: #ffb3b3; --bad-ground: #3a1a1d;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
  background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif;
}
main {
  width: 100%; max-width: 27rem; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 0.9rem;
  box-shadow: 0 1px 2px rgb(0 0 0 / 6%), 0 8px 24px rgb(0 0 0 / 6%);
}
.brand { margin: 0 0 1.25rem; font-weight: 650; letter-spacing: 0.01em; color: var(--quiet); }
h1 { margin: 0; font-size: 1.4rem; line-height: 1.25; }
.lead { margin: 0.5rem 0 1.5rem; }
.field { margin: 0 0 1.1rem; }
label { display: block; margin: 0 0 0.35rem; font-weight: 600; }
input {
  width: 100%; padding: 0.65rem 0.75rem; font: inherit; color: inherit; background: transparent;
  border: 1px solid var(--line); border-radius: 0.5rem;
}
textarea {
  width: 100%; padding: 0.65rem 0.75rem; font: 0.85rem/1.4 ui-monospace, monospace; color: inherit; background: transparent;
  border: 1px solid var(--line); border-radius: 0.5rem; resize: vertical;
}
input[type="checkbox"] { width: auto; }
.choice { display: flex; gap: 0.5rem; align-items: baseline; margin: 0 0 1.1rem; }
.choice label { margin: 0; font-weight: 400; }
input[type="password"] { font-family: ui-monospace, monospace; }
:is(input, textarea)[aria-invalid="true"] { border-color: var(--bad); }
:is(input, textarea, button, a):focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.hint, .create, .about { font-size: 0.9rem; color: var(--quiet); }
.hint { margin: 0.35rem 0 0; overflow-wrap: anywhere; }
button {
  width: 100%; padding: 0.7rem; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--on-accent); background: var(--accent); border: 0; border-radius: 0.5rem;
}
a { color: var(--accent); }
.problem { margin: 0 0 1.25rem; padding: 0.75rem 0.9rem; color: var(--bad); background: var(--bad-ground); border-left: 4px solid var(--bad); border-radius: 0.35rem; }
.next { display: block; color: var(--text); }
.about { margin-top: 1.5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
.about p { margin: 0 0 0.5rem; }
code { font-family: ui-monospace, monospace; font-size: 0.9em; overflow-wrap: anywhere; }
@media (forced-colors: active) { button, main, .problem { border: 1px solid; } }
`.trimStart();
