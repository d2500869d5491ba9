// The daemon's first lines. SIGUSR1 would open Node's inspector, through which any process of the user reads every key, so its
// handler stands before everything: this file must not import statically, for imports run first.
process.on("SIGUSR1", () => undefined);

const { boot } = await import("./boot.ts");
await boot();
