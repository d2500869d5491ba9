// The daemon's first lines. SIGUSR1 would open Node's inspector, through which any process of the user reads every key, so its
// handler stands before everything: this file must not import statically, for imports run first. SIGUSR2 may ask for a report.
process.on("SIGUSR1", () => undefined);
process.on("SIGUSR2", () => undefined);

const { boot } = await import("./boot.ts");
await boot();
