// Text that is not what its format wants. In: why, in words without anything of the text. Out: an error that read-source.ts turns into a problem.

export class FormatProblem extends Error {
  override readonly name = "FormatProblem";
}
