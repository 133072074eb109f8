// Builds each editor there is (src/<name>/index.js) into static/build/<name>.js; what they share, and what is only
// needed now and then, goes into chunks beside them, and the licences of all that is in them into one file.

import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL("./", import.meta.url));
const target = fileURLToPath(new URL("../build/", import.meta.url));
const entryPoints = readdirSync(`${here}src`)
  .map((name) => ({ in: `${here}src/${name}/index.js`, out: name }))
  .filter((entry) => existsSync(entry.in));

function licences(inputs) {
  const packages = new Set(inputs.map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]).filter(Boolean));
  const texts = [...packages].sort().map((name) => {
    const folder = `${here}node_modules/${name}/`;
    const { version } = JSON.parse(readFileSync(`${folder}package.json`, "utf8"));
    const file = readdirSync(folder).find((found) => /^licen[cs]e/i.test(found));
    return `${name} ${version}\n\n${readFileSync(folder + file, "utf8").trim()}\n`;
  });
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

rmSync(target, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints,
  absWorkingDir: here,
  outdir: target,
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  metafile: true,
  logLevel: "warning",
});
writeFileSync(`${target}licences.txt`, licences(Object.keys(metafile.inputs)));
