// Builds the page into app/web/demo/static/: bundles with their content's hash in their names, outlines, the shell,
// the notices of what is bundled, each also as Brotli and gzip, and the manifest by which the server knows them.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../app/web/demo/static");
const made = `${target}.new`;
const TYPES = { ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".svg": "image/svg+xml", ".txt": "text/plain", ".html": "text/html" };

const hashed = (name, content) => {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  return name.replace(/(\.\w+)$/, `-${hash}$1`);
};

/** Observable Plot puts a style element into each chart. A strict policy allows it by the hash of its text alone. */
function hashOfPlotsStyle() {
  const source = readFileSync(join(here, "node_modules/@observablehq/plot/src/plot.js"), "utf8");
  const found = source.match(/append\("style"\)\.text\(\s*`([^`]*)`/);
  if (!found) throw new Error("Observable Plot's style is not where it was: see hashOfPlotsStyle in build.mjs");
  const text = found[1].replaceAll("${className}", "plot");
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** The licences of all packages of which something is in the bundles. */
function notices(inputs) {
  const folders = new Set();
  for (const input of inputs) {
    const match = input.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//);
    if (match) folders.add(join(here, match[1]));
  }
  folders.add(join(here, "node_modules/world-atlas"));
  return [...folders].sort().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const licence = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
    if (!licence) throw new Error(`${name} has no licence to pass on`);
    return `${name} ${version}\n\n${readFileSync(join(folder, licence), "utf8").trim()}\n`;
  }).join(`\n${"-".repeat(80)}\n\n`);
}

rmSync(made, { recursive: true, force: true });
mkdirSync(made, { recursive: true });

const outlines = {};
for (const scale of ["110m", "50m"]) {
  const content = readFileSync(join(here, `node_modules/world-atlas/countries-${scale}.json`));
  outlines[scale] = hashed(`outlines-${scale}.json`, content);
  writeFileSync(join(made, outlines[scale]), content);
}
const icon = readFileSync(join(here, "src/icon.svg"));
const iconName = hashed("icon.svg", icon);
writeFileSync(join(made, iconName), icon);

const result = await build({
  absWorkingDir: here,
  entryPoints: { page: "src/main.ts", look: "src/page.css" },
  outdir: made,
  bundle: true,
  format: "esm",
  splitting: true,
  minify: true,
  metafile: true,
  target: ["chrome120", "firefox120", "safari17"],
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  loader: { ".png": "empty" },
  define: { OUTLINES: JSON.stringify(outlines) },
  logLevel: "warning",
});

const noticesText = notices(Object.values(result.metafile.outputs).flatMap((output) => Object.keys(output.inputs)));
const noticesName = hashed("notices.txt", noticesText);
writeFileSync(join(made, noticesName), noticesText);

const outputs = Object.entries(result.metafile.outputs);
const ofEntry = (entry) => basename(outputs.find(([, output]) => output.entryPoint === entry)[0]);
const script = ofEntry("src/main.ts");
const preloads = outputs.map(([file]) => basename(file)).filter((file) => file.endsWith(".js") && file !== script)
  .map((file) => `<link rel="modulepreload" href="demo/${file}">`).join("\n");
const shell = readFileSync(join(here, "src/index.html"), "utf8")
  .replace("{{look}}", `demo/${ofEntry("src/page.css")}`).replace("{{script}}", `demo/${script}`)
  .replace("{{icon}}", `demo/${iconName}`).replace("{{notices}}", `demo/${noticesName}`)
  .replace("{{preloads}}", preloads);
if (shell.includes("{{")) throw new Error("the shell has a place that nothing was put into");
writeFileSync(join(made, "index.html"), shell);

const files = {};
for (const name of readdirSync(made).sort()) {
  const ending = name.match(/\.\w+$/)[0];
  if (!TYPES[ending]) throw new Error(`${name} has no media type here`);
  files[name] = TYPES[ending];
  const content = readFileSync(join(made, name));
  writeFileSync(join(made, `${name}.gz`), gzipSync(content, { level: 9 }));
  writeFileSync(join(made, `${name}.br`), brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }));
}
writeFileSync(join(made, "manifest.json"), JSON.stringify({ files, style_hashes: [hashOfPlotsStyle()] }, null, 1));

// Whole or not at all: a server that starts meanwhile finds the page before or the page after.
rmSync(target, { recursive: true, force: true });
renameSync(made, target);
const sum = (ending) => readdirSync(target).filter((file) => file.endsWith(ending))
  .reduce((bytes, file) => bytes + readFileSync(join(target, file)).length, 0);
console.log(`Built ${relative(process.cwd(), target)}: ${(sum(".js.gz") / 1000).toFixed(0)} kB of script as gzip, ${(sum(".js.br") / 1000).toFixed(0)} kB as Brotli.`);
