// The pages of a login, drawn from data: the form, the form with an error, the success, the end.
// In: a LoginForm. Out: HTML of one document. A typed value is never written back into a page, right or wrong.
import { html, type Markup } from "./markup.ts";
import { page } from "./page.ts";
import { CHOICE_NAMES } from "./form-body.ts";
import type { FormChoices, FormEnding, FormField, LoginForm } from "./login-form.ts";

export interface FormProblem {
  readonly message: string;
  readonly hint: string | null;
  /** The field it is about, null = the form as a whole. */
  readonly field: string | null;
  /** The box that would let it through. */
  readonly override: keyof FormChoices | null;
  /** The boxes that were ticked. */
  readonly choices: FormChoices;
}

export interface FormPage {
  readonly form: LoginForm;
  readonly csrfToken: string;
  readonly stylePath: string;
  readonly problem: FormProblem | null;
}

export function formPage({ form, csrfToken, stylePath, problem }: FormPage): string {
  const title = `Log in to ${form.providerName}`;
  const body = html`<h1>${title}</h1>
    <p class="lead">For the connection <strong>${form.connection}</strong>. ${replacing(form)}</p>
    ${problem === null ? null : alert(problem)}
    <form method="post" autocomplete="off" accept-charset="utf-8">
      <input type="hidden" name="csrf" value="${csrfToken}" />
      ${form.fields.map((field, i) => input(field, problem, i === 0))} ${problem === null ? null : boxes(problem)}
      <button type="submit">${buttonText(form)}</button>
    </form>
    ${keysLink(form)}
    <section class="about" aria-label="What happens with it">
      ${form.asksClient === true ? aboutClient(form) : aboutKey(form)}
      <p>This page works once and ends with the command in your terminal.</p>
    </section>`;
  return styled(problem === null ? title : `Error: ${title}`, stylePath, body);
}

export function storedPage(form: LoginForm, stylePath: string, notices: readonly string[]): string {
  const body = html`<h1>Successfully logged in</h1>
    <p class="lead" role="status"><strong>${form.connection}</strong> is stored. You can close this page and go back to the terminal.</p>
    ${
      notices.length === 0
        ? null
        : html`<ul class="notices">
            ${notices.map((notice) => html`<li>${notice}</li>`)}
          </ul>`
    }`;
  return styled("Successfully logged in", stylePath, body);
}

const ENDINGS: Readonly<Record<FormEnding, { readonly title: string; readonly text: string }>> = {
  stored: { title: "Already done", text: "This login is already done; nothing was changed. You can close this page." },
  onward: {
    title: "The login goes on elsewhere",
    text: "The provider's page finishes it. If that page is gone, start again in the terminal.",
  },
  failed: { title: "This login has ended", text: "It ended with an error. The terminal says why; start it again there." },
  expired: { title: "This login has expired", text: "Nothing was stored. Start it again in the terminal." },
  cancelled: { title: "This login was ended", text: "It was ended in the terminal. Nothing was stored." },
};

export function endedPage(ending: FormEnding, stylePath: string): string {
  const { title, text } = ENDINGS[ending];
  return styled(
    title,
    stylePath,
    html`<h1>${title}</h1>
      <p class="lead" role="status">${text}</p>`,
  );
}

export function failedPage(form: LoginForm, stylePath: string, problem: FormProblem): string {
  const what = form.asksClient === true ? "login did not succeed" : "key was not stored";
  const body = html`<h1>The ${what}</h1>
    ${alert(problem)}
    <p>Go back to the terminal and start the login again.</p>`;
  return styled(`Error: the ${what}`, stylePath, body);
}

function styled(title: string, stylePath: string, body: Markup): string {
  return page({ title, style: html`<link rel="stylesheet" href="${stylePath}" />`, body });
}

function input(field: FormField, problem: FormProblem | null, isFirst: boolean): Markup {
  const isWrong = problem !== null && (problem.field === field.name || problem.field === null);
  const describedBy = [field.hint === null ? "" : `hint-${field.name}`, isWrong ? "problem" : ""].filter((id) => id !== "").join(" ");
  const described = describedBy === "" ? null : html` aria-describedby="${describedBy}"`;
  return html`<div class="field">
    <label for="field-${field.name}">${field.label}${field.optional ? " (optional)" : null}</label>
    ${control(field, { described, isWrong, isFirst })}
    ${field.hint === null ? null : html`<p class="hint" id="hint-${field.name}">${field.hint}</p>`}
  </div>`;
}

interface ControlState {
  readonly described: Markup | null;
  readonly isWrong: boolean;
  readonly isFirst: boolean;
}

function control({ name, secret, optional, multiline }: FormField, { described, isWrong, isFirst }: ControlState): Markup {
  const required = optional ? null : html` required`;
  const focus = isFirst ? html` autofocus` : null;
  const wrong = isWrong ? html` aria-invalid="true"` : null;
  // "new-password" keeps browsers from offering to fill in, and the two data attributes password managers from offering to keep it.
  if (multiline === true)
    return html`<textarea
      id="field-${name}"
      name="${name}"
      rows="8"
      ${required}${focus}
      autocomplete="off"
      autocapitalize="off"
      spellcheck="false"
      wrap="off"
      data-1p-ignore
      data-lpignore="true"
      ${described}${wrong}
    ></textarea>`;
  return html`<input
    id="field-${name}"
    name="${name}"
    type="${secret ? "password" : "text"}"
    ${required}${focus}
    autocomplete="off"
    autocapitalize="off"
    spellcheck="false"
    data-1p-ignore
    data-lpignore="true"
    ${described}${wrong}
  />`;
}

function alert(problem: FormProblem): Markup {
  const hint = problem.hint === null ? null : html` <span class="next">${problem.hint}</span>`;
  return html`<p class="problem" id="problem" role="alert">${sentence(problem.message)}${hint}</p>`;
}

const BOX_LABELS: Readonly<Record<keyof FormChoices, string>> = {
  anyShape: "It is right: store it although it looks unusual",
  unverified: "Store it without asking the provider",
};

/** What the last submission ran into, and what was ticked before, so that one choice is not lost over the next question. */
function boxes({ override, choices }: FormProblem): Markup {
  const shown = (Object.keys(BOX_LABELS) as (keyof FormChoices)[]).filter((choice) => choice === override || choices[choice]);
  return html`${shown.map(
    (choice) =>
      html`<p class="choice">
        <input
          type="checkbox"
          id="${CHOICE_NAMES[choice]}"
          name="${CHOICE_NAMES[choice]}"
          value="on"
          ${choices[choice] ? html` checked` : null}
        />
        <label for="${CHOICE_NAMES[choice]}">${BOX_LABELS[choice]}</label>
      </p>`,
  )}`;
}

function keysLink(form: LoginForm): Markup | null {
  if (form.keysUrl === null || !/^https?:\/\//.test(form.keysUrl)) return null;
  return html`<p class="create">
    No ${form.asksClient === true ? "client" : "key"} yet?
    <a href="${form.keysUrl}" rel="noreferrer noopener" target="_blank">Create one at ${form.providerName}</a>
  </p>`;
}

function buttonText({ asksClient, providerName, fields }: LoginForm): string {
  if (asksClient === true) return `Continue with ${providerName}`;
  return `Save ${fields.length === 1 ? "key" : "keys"}`;
}

function aboutKey(form: LoginForm): Markup {
  return html`<p>
    It is encrypted on this computer and used only for ${hosts(form)}. Programs started with <code>keyward run</code> get a worthless
    stand-in instead.
  </p>`;
}

function aboutClient(form: LoginForm): Markup {
  return html`<p>
    This is the OAuth client that keyward logs in with, not your password. It is encrypted on this computer and sent only to ${hosts(form)};
    no program started with <code>keyward run</code> gets it.
  </p>`;
}

function replacing(form: LoginForm): string {
  return form.replaces ? "It replaces the key that is stored now." : "";
}

function hosts(form: LoginForm): Markup {
  const shown = form.hosts.slice(0, 4).map((host, i) => html`${i === 0 ? "" : ", "}<code>${host}</code>`);
  const more = form.hosts.length - shown.length;
  return html`${shown}${more > 0 ? ` and ${more} more` : ""}`;
}

/** Messages start in lower case and end without a stop; here they stand alone. */
function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
