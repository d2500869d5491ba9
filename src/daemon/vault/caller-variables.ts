// Variables of the user's commands that lead to secrets: the daemon is started with few of them, so commands hand them over.
// In: names and values. Out: the value that was told last, else the daemon's own. Kept in memory alone.
import { readNamedVariable } from "../../config/environment.ts";

export class CallerVariables {
  readonly #values = new Map<string, string>();

  /** Returns the names whose value is another than before. */
  supply(variables: Readonly<Record<string, string>>): ReadonlySet<string> {
    const changed = Object.entries(variables).filter(([name, value]) => this.#values.get(name) !== value);
    for (const [name, value] of changed) this.#values.set(name, value);
    return new Set(changed.map(([name]) => name));
  }

  read(name: string): string | undefined {
    return this.#values.get(name) ?? readNamedVariable(name);
  }
}
