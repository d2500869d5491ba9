// The hub's process. The command line starts it with a verb and its options, and reads one line of answer from descriptor 3.
// In: `main.js <init|serve|rotate-key|migrate-db> <options as JSON>`; what is secret comes by variables. Out: `{"result":…}` or `{"error":…}`.
process.on("SIGUSR1", () => undefined);

const { runHubVerb } = await import("./run-verb.ts");
await runHubVerb(process.argv[2] ?? "", process.argv[3] ?? "{}");
