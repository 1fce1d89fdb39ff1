/** Instantiates a module: from a file in Node, and by `fetch` in a browser. */
export const load = async (initialize, url) => {
  if (url.protocol === "file:") {
    // Bundlers for browsers must not resolve this import.
    const files = "node:fs/promises";
    const { readFile } = await import(/* @vite-ignore */ /* webpackIgnore: true */ files);
    await initialize({ module_or_path: await readFile(url) });
  } else {
    await initialize({ module_or_path: url });
  }
};
