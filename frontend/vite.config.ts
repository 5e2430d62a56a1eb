/** The web build: its entries into the Python package's static folder, with a manifest for the templates. */
import { defineConfig } from "vite";

// hls.js 1.7.4 takes the first segment's number, 0, for none: it throws that segment's parts away
// and asks for them again, without end, so that who is there when a show begins sees it stand still.
const FIRST_SEGMENT = {
  name: "first-segment",
  transform(code: string, id: string) {
    if (!id.endsWith("hls.light.mjs")) return null;
    const mended = code.replace(
      "appendedPart.fragment.sn) || -1",
      "appendedPart.fragment.sn) ?? -1",
    );
    if (mended === code) throw new Error("hls.js is another: does it still need this?");
    return { code: mended, map: null };
  },
};

export default defineConfig({
  plugins: [FIRST_SEGMENT],
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
    // A busy machine may take long over what is much work; that it is right is what is tested.
    testTimeout: 60_000,
    // One page for all files of a worker: making it anew for each took three quarters of the time.
    isolate: false,
    restoreMocks: true,
    unstubGlobals: true,
  },
} as Parameters<typeof defineConfig>[0]);
