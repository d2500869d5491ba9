// The gateway's process, as the daemon's: signals that would open it stand closed before anything else is loaded.
process.on("SIGUSR1", () => undefined);
process.on("SIGUSR2", () => undefined);

const { runGateway } = await import("./run-gateway.ts");
await runGateway(process.argv[2] ?? "{}");
