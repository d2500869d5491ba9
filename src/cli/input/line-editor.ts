// One typed line as a pure state machine: what the terminal sends in raw mode goes in, the line so far comes out.
// In: chunks that may split anything anywhere (a paste, an escape sequence). Out: a new state, and how the line ended.
// It never echoes: prompt.ts draws.

export interface LineState {
  readonly text: string;
  readonly outcome: "open" | "submitted" | "interrupted" | "ended";
  /** What came after the end of the line; the next question starts with it. */
  readonly rest: string;
  /** An escape sequence that is not complete yet. */
  readonly escape: string;
  /** Inside a bracketed paste. */
  readonly pasting: boolean;
}

export const EMPTY_LINE: LineState = { text: "", outcome: "open", rest: "", escape: "", pasting: false };

const PASTE_START = "\u001b[200~";
const PASTE_END = "\u001b[201~";

export function feedLine(state: LineState, chunk: string): LineState {
  let current = state;
  const characters = Array.from(chunk);
  for (let i = 0; i < characters.length; i++) {
    if (current.outcome !== "open") return { ...current, rest: current.rest + characters.slice(i).join("") };
    current = feedCharacter(current, characters[i] ?? "");
  }
  return current;
}

function feedCharacter(state: LineState, character: string): LineState {
  if (state.escape !== "") return feedEscape(state, character);
  switch (character) {
    case "\u001b":
      return { ...state, escape: character };
    case "\r":
    case "\n":
      // A pasted key often ends with its line end: that submits it. Line ends before the first character do not count.
      return state.pasting && state.text === "" ? state : { ...state, outcome: "submitted" };
    case "\u0003":
      return { ...state, text: "", outcome: "interrupted" };
    case "\u0004":
      return state.text === "" ? { ...state, outcome: "ended" } : state;
    case "\u007f":
    case "\b":
      return { ...state, text: Array.from(state.text).slice(0, -1).join("") };
    case "\u0015":
      return { ...state, text: "" };
    case "\u0017":
      return { ...state, text: state.text.replace(/\S*\s*$/, "") };
    default:
      return character < " " ? state : { ...state, text: state.text + character };
  }
}

/** Paste markers switch `pasting`; every other sequence (arrows, function keys) is dropped whole. */
function feedEscape(state: LineState, character: string): LineState {
  const escape = state.escape + character;
  if (character === "\u001b") return { ...state, escape: character };
  if (escape === PASTE_START) return { ...state, escape: "", pasting: true };
  if (escape === PASTE_END) return { ...state, escape: "", pasting: false };
  const introduced = escape.length === 2 && (character === "[" || character === "O");
  const complete = escape[1] === "[" ? /[@-~]/.test(character) : true;
  if (introduced || !complete) return { ...state, escape };
  // A lone ESC before a control key: the key still counts, above all Ctrl-C.
  return escape.length === 2 && character < " " ? feedCharacter({ ...state, escape: "" }, character) : { ...state, escape: "" };
}
