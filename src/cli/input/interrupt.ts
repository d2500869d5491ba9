// Lets Ctrl-C end a wait. In: a promise and what to throw. Out: the promise's value, or that error as soon as the signal comes.

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export async function untilInterrupted<T>(work: Promise<T>, interrupted: (signal: NodeJS.Signals) => Error): Promise<T> {
  let stop: (signal: NodeJS.Signals) => void = () => undefined;
  const signalled = new Promise<never>((_, reject) => {
    stop = (signal) => reject(interrupted(signal));
  });
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    return await Promise.race([work, signalled]);
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}
