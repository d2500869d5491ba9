// Tells a key from text that only says where one is, or that none was filled in yet. In: a value of a settings file. Out: yes or no. Pure.

const REFERENCES: readonly RegExp[] = [
  /^\$(?:\{|\(|[A-Za-z_])/, // $NAME, ${NAME}, $(command)
  /\$\{\{.*\}\}/, // ${{ secrets.NAME }}
  /^\{\{.*\}\}$/,
  /^!/, // !command
  /^`.*`$/,
  /^%[A-Za-z_]\w*%$/,
  /^(?:op|doppler|infisical|bao|vault|aws-sm|keyring|keychain|file|env|secret):/i,
  /^arn:aws:(?:secretsmanager|ssm):/,
];
const UNFILLED =
  /^(?:x{3,}|\*+|\.{3}|changeme|change-me|todo|none|null|undefined|placeholder|redacted)$|^<.*>$|^(?:your|my|insert|enter)[-_ ].*|\*{3,}/i;

export function isReference(value: string): boolean {
  return REFERENCES.some((pattern) => pattern.test(value));
}

/** An example's text, or a key shown in part. */
export function isUnfilled(value: string): boolean {
  return UNFILLED.test(value);
}
