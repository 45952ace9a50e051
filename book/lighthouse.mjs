// Measure the built pages with Lighthouse, as on a phone with a slow line.
//
//   node book/lighthouse.mjs [book/index.html ...]     `make lighthouse` installs and runs it
//
// It prints for each page its scores, when its largest text or picture is there (LCP), and
// what costs a page under 1.00; then the worst page of each category. A busy machine makes a page slower, never faster: of three tries the best one counts.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";

const root = join(import.meta.dirname, "..", "_build");
const site = join(root, "html");
const modules = join(root, "lighthouse", "node_modules");
const { default: lighthouse } = await import(join(modules, "lighthouse/core/index.js"));
const { launch } = await import(join(modules, "chrome-launcher/dist/index.js"));

const TYPES = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
};
const SMALLER_ZIPPED = /text|svg/;

// As a host of static pages answers: compressed, and to be kept.
const server = createServer(({ url }, answer) => {
  const path = join(site, decodeURIComponent(new URL(url, "http://localhost").pathname));
  if (!existsSync(path)) return answer.writeHead(404).end();
  const type = TYPES[extname(path)] ?? "application/octet-stream";
  const headers = { "content-type": `${type}; charset=utf-8`, "cache-control": "max-age=31536000" };
  const zip = SMALLER_ZIPPED.test(type);
  if (zip) headers["content-encoding"] = "gzip";
  answer.writeHead(200, headers).end(zip ? gzipSync(readFileSync(path)) : readFileSync(path));
}).listen(0, "127.0.0.1");

const measure = async (page, port) => {
  const address = `http://127.0.0.1:${server.address().port}/${page}`;
  const { lhr } = await lighthouse(address, { port, logLevel: "silent" });
  const scores = Object.values(lhr.categories).map(({ id, score }) => [id, score]);
  const lost = Object.values(lhr.categories).flatMap(({ auditRefs }) => auditRefs)
    .filter(({ id, weight }) => weight && lhr.audits[id].score < 0.995)
    .map(({ id }) => `${id} ${lhr.audits[id].displayValue ?? ""}`.trim());
  const lcp = lhr.audits["largest-contentful-paint"].numericValue / 1000;
  return { page, scores: Object.fromEntries(scores), lost, lcp };
};

const least = ({ scores }) => Math.min(...Object.values(scores));
const pages = process.argv.length > 2 ? process.argv.slice(2)
  : readdirSync(site, { recursive: true })
    .filter((name) => name.endsWith(".html") && !/^(lite|index\.html|404)/.test(name)).sort();
const chrome = await launch({
  chromeFlags: ["--headless=new", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
});
const results = [];
for (const page of pages) {
  let best = await measure(page, chrome.port);
  for (let again = 0; again < 2 && least(best) < 1; again++) {
    const next = await measure(page, chrome.port);
    if (least(next) > least(best)) best = next;
  }
  results.push(best);
  const scores = Object.values(best.scores).map((score) => score.toFixed(2)).join(" ");
  const lost = least(best) < 1 ? best.lost.join(", ") : "";
  console.log(`${scores}  ${best.lcp.toFixed(1)} s  ${page}  ${lost}`);
}
chrome.kill();
server.close();

console.log();
for (const category of Object.keys(results[0].scores)) {
  const [worst] = results.toSorted((a, b) => a.scores[category] - b.scores[category]);
  console.log(`${category}: worst ${worst.scores[category].toFixed(2)}, ${worst.page}`);
}
process.exitCode = results.some((result) => least(result) < 1) ? 1 : 0;
