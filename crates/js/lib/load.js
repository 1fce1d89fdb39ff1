/**
 * Instantiates a module, from a file in Node and by `fetch` in a browser, and returns it.
 *
 * Callers use the module that this returns. A bundler removes a call without a use from a package without side effects.
 */
export const load = async (module, url) => {
  let source = url;
  if (url.protocol === "file:") {
    // Bundlers for browsers must not resolve this import.
    const files = "node:fs/promises";
    const { readFile } = await import(/* @vite-ignore */ /* webpackIgnore: true */ files);
    source = await readFile(url);
  }
  await module.default({ module_or_path: source });
  return module;
};
