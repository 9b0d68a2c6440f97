// Bundles the front end into app/static/dist with content hashes, and writes manifest.json: logical name → file.
// Sources come from this folder and from npm packages; nothing is copied into the repository.
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const manifest = {};

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });

const result = await build({
  absWorkingDir: join(here, "..", ".."),
  entryPoints: { main: join(here, "js/main.js"), "stream-worker": join(here, "js/stream-worker.js"), stijl: join(here, "css/main.css") },
  outdir: dist,
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  metafile: true,
  format: "esm",
  target: ["chrome115", "firefox115", "safari16.4"],
  loader: { ".woff2": "file", ".svg": "file" },
  logLevel: "warning",
});
for (const [file, output] of Object.entries(result.metafile.outputs)) {
  if (!output.entryPoint) continue;
  const name = file.split("/").pop();
  manifest[`${name.replace(/-[A-Z0-9]{8}\./, ".")}`] = name;
}

manifest["icons.svg"] = await sprite();
manifest["merk.svg"] = await hashed("merk", await readFile(join(here, "img/merk.svg"), "utf8"));
await writeFile(join(dist, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
for (const name of Object.values(manifest)) {
  const bytes = await readFile(join(dist, name));
  console.log(`${name.padEnd(32)} ${(gzipSync(bytes).length / 1024).toFixed(1)} kB gzip`);
}

async function sprite() {
  const names = JSON.parse(await readFile(join(here, "icons.json"), "utf8"));
  const symbols = await Promise.all(names.map(async (name) => {
    const svg = await readFile(join(here, "../../node_modules/@tabler/icons/icons/outline", `${name}.svg`), "utf8");
    const shapes = svg.replace(/^[\s\S]*?<svg[\s\S]*?>/, "").replace(/<\/svg>\s*$/, "").replace(/<path stroke="none"[^>]*\/>/, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.replace(/\s+/g, " ").trim()}</symbol>`;
  }));
  const text = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
  return hashed("icons", text);
}

async function hashed(stem, text) {
  const name = `${stem}-${createHash("sha256").update(text).digest("hex").slice(0, 8).toUpperCase()}.svg`;
  await writeFile(join(dist, name), text);
  return name;
}
