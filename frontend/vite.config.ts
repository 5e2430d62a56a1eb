/** The web build: its entries into the Python package's static folder, with a manifest for the templates. */
import { defineConfig } from "vite";

export default defineConfig({
  base: "/static/build/",
  publicDir: "public",
  build: {
    outDir: "../src/livehouse/web/static/build",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: ["chrome123", "firefox120", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600,
    rollupOptions: {
      input: {
        site: "src/entries/site.ts",
        watch: "src/entries/watch.ts",
        studio: "src/entries/studio.ts",
        "run-sheet": "src/entries/run-sheet.ts",
        films: "src/entries/films.ts",
        draw: "src/entries/draw.ts",
        contest: "src/entries/contest.ts",
        tv: "src/entries/tv.ts",
        remote: "src/entries/remote.ts",
        guest: "src/entries/guest.ts",
      },
    },
  },
  test: {
    include: ["tests/**/*.test.ts"],
    environment: "happy-dom",
    // One page for all files of a worker: making it anew for each took three quarters of the time.
    isolate: false,
    restoreMocks: true,
    unstubGlobals: true,
  },
} as Parameters<typeof defineConfig>[0]);
