import { resolve } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "electron-vite";

/** The oldest runtime we start on carries Node 20.18 and Chromium 130. */
const nodeTarget = "node20.18";
const pageTarget = "chrome130";

/** What a page or process needs is in the bundle or in node_modules; nothing is fetched from anywhere. */
export default defineConfig({
  main: {
    build: {
      target: nodeTarget,
      outDir: "out/main",
      sourcemap: true,
      minify: false,
      externalizeDeps: { exclude: ["zod"] },
      rolldownOptions: {
        input: { index: resolve("src/main/index.ts") },
        output: { format: "es", entryFileNames: "[name].js", chunkFileNames: "chunks/[name]-[hash].js" },
      },
    },
  },
  preload: {
    build: {
      target: nodeTarget,
      outDir: "out/preload",
      sourcemap: true,
      minify: false,
      // A sandboxed preload is one CommonJS file: it can require Electron and nothing else. The two share no code, or
      // it would go into a third file that neither could require.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: resolve("src/preload/index.ts"), capture: resolve("src/preload/capture/index.ts") },
        output: { format: "cjs", entryFileNames: "[name].cjs" },
      },
    },
  },
  renderer: {
    root: "src/renderer",
    build: {
      target: pageTarget,
      outDir: "out/renderer",
      sourcemap: true,
      minify: true,
      // Inlined assets would be data: addresses, which the page's content policy refuses.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 2000,
      rolldownOptions: { input: { index: resolve("src/renderer/index.html") } },
    },
    plugins: [react()],
  },
});
