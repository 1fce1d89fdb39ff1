// The programs of the workspace: the command line and the example server.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

const targetFolder = process.env.CARGO_TARGET_DIR ?? join(ROOT, "target");
let isBuilt = false;

/** Returns the path of a program, and builds both programs before the first one is used. */
const program = (name) => {
  if (!isBuilt) {
    const programs = ["--package", "contact-resolution-cli", "--bin", "contact-resolution", "--example", "server"];
    execFileSync("cargo", ["build", "--quiet", ...programs], { cwd: ROOT, stdio: "inherit" });
    isBuilt = true;
  }
  return join(targetFolder, "debug", name);
};

/** Runs the command line, and returns its output. */
export const commandLine = (options, input = "", env = {}) => {
  const { stdout, stderr, status } = spawnSync(program("contact-resolution"), options, {
    input,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    env: { ...process.env, ...env },
  });
  // 1 is a refusal.
  if (status !== 0 && status !== 1) throw new Error(`the command line failed: ${stderr}`);
  return stdout;
};

/** Starts the example server, and returns its URL and a function that ends it. */
export const startServer = async (token = "") => {
  const server = spawn(program("examples/server"), ["--listen", "127.0.0.1:0"], {
    env: { ...process.env, BEEPER_ACCESS_TOKEN: token },
    stdio: ["ignore", "pipe", "ignore"],
  });
  for await (const line of createInterface({ input: server.stdout })) {
    return { url: line.replace("listening on ", ""), stop: () => server.kill() };
  }
  throw new Error("the example server did not start");
};
