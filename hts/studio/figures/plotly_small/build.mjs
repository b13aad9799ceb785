// Makes plotly-small.min.js.gz of plotly.js: `npm install --ignore-scripts && npm run build`.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import zopfli from "@gfx/zopfli";
import { build } from "esbuild";
import { minify } from "terser";

const TRACES = ["bar", "heatmap"];  // and scatter, which is always in it
const LEFT_OUT = /components\/(annotations3d|updatemenus|sliders|rangeslider|rangeselector|images|grid)'|native-promise-only/;
const HOME = "node_modules/plotly.js/src";
const { version } = JSON.parse(readFileSync("node_modules/plotly.js/package.json", "utf8"));
const licence = readFileSync("node_modules/plotly.js/LICENSE", "utf8");

const core = readFileSync(`${HOME}/core.js`, "utf8").split("\n").filter((line) => !LEFT_OUT.test(line)).join("\n");
const traces = TRACES.map((name) => `register(require('./traces/${name}'));`).join("\n");
const nothing = {  // no map is drawn, and no points are selected
  name: "nothing",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^polybooljs$|\.css$/ }, () => ({ path: "nothing", namespace: "nothing" }));
    onLoad({ filter: /.*/, namespace: "nothing" }, () => ({ contents: "module.exports = {};" }));
  },
};
const made = await build({
  stdin: { contents: `${core}\n${traces}`, resolveDir: HOME },
  bundle: true, minify: true, write: false, format: "iife", globalName: "Plotly", target: "es2020",
  define: { global: "window", "define.amd": "false" }, legalComments: "none", plugins: [nothing],
});
const { code } = await minify(made.outputFiles[0].text, { ecma: 2020, compress: { passes: 2, ecma: 2020 } });
const head = `/* plotly.js ${version}, a part of it (scatter, ${TRACES.join(", ")}).\n${licence.trim()}\n*/\n`;
const packed = await zopfli.gzipAsync(Buffer.from(head + code), { numiterations: 25 });
writeFileSync("plotly-small.min.js.gz", packed);
console.log(`plotly.js ${version}: ${packed.length} bytes, sha256 ${createHash("sha256").update(packed).digest("hex")}`);
