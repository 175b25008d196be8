import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig, type Plugin } from "vite";

const OUTLINE = "node_modules/@tabler/icons/icons/outline";
// Any quoted word in a template, a Python file or a script that is an icon's name counts as its use.
const QUOTED = /["']([a-z][a-z0-9-]*)["']/g;

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "static" ? [] : sources(path);
    return /\.(html|py|ts)$/.test(entry.name) ? [path] : [];
  });
}

/** One SVG sprite with every icon that our sources name. */
function sprite(): Plugin {
  return {
    name: "icon-sprite",
    generateBundle() {
      const known = new Set(readdirSync(OUTLINE).map((name) => name.slice(0, -4)));
      const named = new Set<string>();
      for (const path of [...sources("src/muster"), ...sources("frontend/src")]) {
        for (const [, word] of readFileSync(path, "utf8").matchAll(QUOTED)) if (word && known.has(word)) named.add(word);
      }
      const symbols = [...named].sort().map((name) => {
        const svg = readFileSync(join(OUTLINE, `${name}.svg`), "utf8");
        const inner = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s+/g, " ");
        return `<symbol id="${name}" viewBox="0 0 24 24">${inner}</symbol>`;
      });
      const source = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("\n")}</svg>`;
      this.emitFile({ type: "asset", fileName: "icons.svg", source });
    },
  };
}

export default defineConfig({
  base: "/static/",
  publicDir: "frontend/public",
  plugins: [sprite()],
  build: {
    outDir: "src/muster/static",
    emptyOutDir: true,
    manifest: "vite-manifest.json",
    target: "es2022",
    chunkSizeWarningLimit: 700,
    rollupOptions: { input: ["frontend/src/main.ts", "frontend/src/theme-early.ts"] },
  },
});
