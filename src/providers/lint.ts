// What the schema cannot say about a definition: hosts nobody else can own, templates and fields that agree, safe patterns,
// placeholders that pass them, examples that hold. In: a provider that fits the schema. Out: problems, none when it is sound. Pure.
import { captureProblems } from "./lint/capture.ts";
import { computedProblems } from "./lint/computed.ts";
import { fieldProblems } from "./lint/fields.ts";
import { hostProblems } from "./lint/hosts.ts";
import { oauthProblems } from "./lint/oauth.ts";
import { placeProblems } from "./lint/places.ts";
import { selfHostedProblems } from "./lint/self-hosted.ts";
import { verifyProblems } from "./lint/verify.ts";
import { formatProblem, type Problem } from "./problem.ts";
import { runExamples } from "./run-examples.ts";
import type { Provider } from "./schema.ts";

/** `json.path: what` lines. */
export function lintProvider(provider: Provider): string[] {
  return lintProblems(provider).map(formatProblem);
}

export function lintProblems(provider: Provider): Problem[] {
  const problems = [
    ...hostProblems(provider),
    ...fieldProblems(provider),
    ...placeProblems(provider),
    ...verifyProblems(provider),
    ...oauthProblems(provider),
    ...computedProblems(provider),
    ...captureProblems(provider),
    ...selfHostedProblems(provider),
  ];
  // Examples say nothing new about a definition that is wrong already.
  return problems.length > 0 ? problems : exampleProblems(provider);
}

function exampleProblems(provider: Provider): Problem[] {
  return runExamples(provider).failures.map((failure) => {
    const [, list = "match", index = "0", what = failure] = /^examples\.(match|ignore)\[(\d+)\]: (.*)$/.exec(failure) ?? [];
    return { path: ["examples", list, Number(index)], what };
  });
}
