// A few at a time of one name: what one change wakes all at once, for a thousand daemons that pull together would wait for connections until they are
// refused; and transactions that met at their tenant's audit chain, for of those that begin again together one gets through each time.
// In: a name and what to do. Out: its result, in its turn; the names do not wait for each other. What fails ends its turn and nobody else's.

export interface Turns {
  take<T>(name: string, act: () => Promise<T>): Promise<T>;
}

interface Line {
  running: number;
  readonly waiting: (() => void)[];
}

export function createTurns(atOnce: number): Turns {
  const lines = new Map<string, Line>();
  return {
    take: async (name, act) => {
      const line = lines.get(name) ?? { running: 0, waiting: [] };
      lines.set(name, line);
      if (line.running < atOnce) line.running += 1;
      // Whoever ends hands its place on, so that nobody who comes later gets in between.
      else await new Promise<void>((resolve) => line.waiting.push(resolve));
      try {
        return await act();
      } finally {
        const next = line.waiting.shift();
        if (next !== undefined) next();
        else if ((line.running -= 1) === 0) lines.delete(name);
      }
    },
  };
}
