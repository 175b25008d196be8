import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig, type Plugin } from "vite";

const OUTLINE = "node_modules/@tabler/icons/icons/outline";
// How sources name an icon: icon="users", "icon": "users", {% icon "users" %}, <c-icon name="users" />, row_icon="user".
const NAMED = /icon\w*["']?\s*[:=]?\s*["']([a-z][a-z0-9-]+)["']|<c-icon\s+name="([a-z][a-z0-9-]+)"/g;
// What the generic components choose by themselves.
const ALWAYS = "alert-triangle circle-check info-circle circle-x inbox user users file dots search plus".split(" ");

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "static" ? [] : sources(path);
    return /\.(html|py|ts)$/.test(entry.name) ? [path] : [];
  });
}

/** One SVG sprite with every icon that a template or a Python file names literally. */
function sprite(): Plugin {
  return {
    name: "icon-sprite",
    generateBundle() {
      const known = new Set(readdirSync(OUTLINE).map((name) => name.slice(0, -4)));
      const named = new Set(ALWAYS);
      for (const path of [...sources("src/muster"), ...sources("frontend/src")]) {
        for (const found of readFileSync(path, "utf8").matchAll(NAMED)) named.add(found[1] ?? found[2]!);
      }
      const symbols = [...named].filter((name) => known.has(name)).sort().map((name) => {
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
