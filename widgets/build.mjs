// Builds every widget: src/<name>/{index.ts,style.css} -> ../labkit/static/<name>.{js,css}, readable, stamped with the
// hash of its sources. `tests/widgets/test_bundles.py` computes the same hash, so a forgotten build fails plain pytest.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Paths of all files below a folder, relative to `here`, with forward slashes. */
function filesBelow(folder) {
  return readdirSync(join(here, folder)).flatMap((name) => {
    const path = `${folder}/${name}`;
    return statSync(join(here, path)).isDirectory() ? filesBelow(path) : [path];
  });
}

/** What a bundle depends on: every source that is not a test, this file, and the pinned versions. */
function sourcesHash() {
  const sources = filesBelow("src").filter((path) => /\.(ts|css)$/.test(path) && !path.endsWith(".test.ts"));
  const hash = createHash("sha256");
  for (const path of [...sources, "build.mjs", "package-lock.json"].sort()) {
    hash.update(`${path}\0`).update(readFileSync(join(here, path))).update("\0");
  }
  return hash.digest("hex").slice(0, 16);
}

const widgets = readdirSync(join(here, "src")).filter((name) => existsSync(join(here, "src", name, "index.ts")));
const stamp = `built from widgets/src ${sourcesHash()}; do not edit`;

await build({
  absWorkingDir: here,
  entryPoints: widgets.flatMap((name) => [
    { in: `src/${name}/index.ts`, out: name },
    { in: `src/${name}/style.css`, out: name },
  ]),
  outdir: "../labkit/static",
  bundle: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  banner: { js: `// ${stamp}`, css: `/* ${stamp} */` },
  logLevel: "info",
});
