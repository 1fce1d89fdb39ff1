// A headless Chromium with a page that has the package, served from this machine.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

import puppeteer from "puppeteer-core";

const PACKAGE = fileURLToPath(new URL("../", import.meta.url));
const TYPES = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/** Serves a folder. Requests for `/v1/` go to another server, as those of a client behind the same host. */
export const serve = async (folder, upstream) => {
  const answer = async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    if (upstream !== undefined && path.startsWith("/v1/")) {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const { host, connection, ...headers } = request.headers;
      const sent = await fetch(upstream + request.url, {
        method: request.method,
        headers,
        body: chunks.length === 0 ? undefined : Buffer.concat(chunks),
      });
      response.writeHead(sent.status, { "content-type": "application/json" });
      return response.end(Buffer.from(await sent.arrayBuffer()));
    }
    const file = path.endsWith("/") ? `${path}index.html` : path;
    const bytes = await readFile(join(folder, normalize(file))).catch(() => undefined);
    response.writeHead(bytes === undefined ? 404 : 200, { "content-type": TYPES[extname(file)] ?? "text/plain" });
    return response.end(bytes);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.writeHead(500).end(String(error)));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

/** Starts Chromium. Its path is `CHROMIUM`, or that of Debian's package. */
export const launch = () =>
  puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"],
    protocolTimeout: 120_000,
  });

/** Opens a page that calls the functions of `answers.mjs`. */
export const openBrowser = async () => {
  const server = await serve(PACKAGE);
  const chromium = await launch();
  const page = await chromium.newPage();
  await page.goto(`${server.url}/test/page.html`);
  return {
    page,
    url: server.url,
    newPage: async () => {
      const another = await chromium.newPage();
      await another.goto(`${server.url}/test/page.html`);
      return another;
    },
    call: (name, ...input) =>
      page.evaluate(
        async (name, input) => {
          const library = await import("/lib/index.js");
          const functions = await import("/test/answers.mjs");
          return functions[name](library, ...input);
        },
        name,
        input,
      ),
    close: async () => {
      await chromium.close();
      server.close();
    },
  };
};
