// plotly.js, and figures in the viewer's colours.

const loaded = {};  // by address: one script per browser window, whatever the number of boards

function load(address) {
  const src = new URL(`../../${address}`, import.meta.url).href;  // from where this file came: any path, any proxy
  loaded[address] ??= new Promise((resolve, reject) => {
    // page_head.js may have begun.
    const script = [...document.scripts].find((one) => one.src === src) ?? document.createElement("script");
    if (script.plotly) resolve(script.plotly);
    script.addEventListener("load", () => resolve(window.Plotly));
    script.addEventListener("error", () => {
      delete loaded[address];
      script.remove();
      reject(new Error(`plotly.js could not be loaded from ${src}`));
    });
    if (script.isConnected) return;
    script.src = src;
    document.head.append(script);
  });
  return loaded[address];
}

// The part of plotly.js that nearly all figures need, or the whole; `known` says what the part lacks.
export function plotlyFor(figure, known) {
  const parts = [figure.layout, ...Object.values(figure.layout)];
  const whole = figure.data.some((trace) => !known.traces.includes(trace.type ?? "scatter"))
    || parts.some((part) => known.lacks.some((name) => part?.[name] !== undefined));
  return load(whole ? known.whole : known.small);
}

// -- colours: theme:<name>[/<opacity>] in a figure becomes the viewer's ----------------------------

// Plotly would make links and styles of other tags; names of others are escaped before they come here.
const TAGS = /<(?!\/?(?:b|i|br|sub|sup)>)/g;
const NAME = /^theme:(s?\d|text|muted|grid|background)(?:\/(\d{1,3}))?$/;

function rgb(colour) {
  const hex = colour.trim().match(/^#([\da-f]{6})$/i);
  if (hex) return [0, 2, 4].map((i) => parseInt(hex[1].slice(i, i + 2), 16));
  const parts = colour.match(/[\d.]+/g);
  return parts && parts.length >= 3 ? parts.slice(0, 3).map(Number) : [128, 128, 128];
}

export function readPalette(node) {
  const style = getComputedStyle(node);
  const of = (name) => style.getPropertyValue(name).trim();
  const list = (name) => of(name).split(/,(?![^(]*\))/);
  const text = of("--st-text-color");
  const background = of("--st-background-color");
  const mix = (a, b, share) => `rgb(${rgb(a).map((v, i) => Math.round(v * share + rgb(b)[i] * (1 - share)))})`;
  return {
    ...Object.fromEntries(list("--st-chart-categorical-colors").map((colour, i) => [String(i), colour])),
    ...Object.fromEntries(list("--st-chart-sequential-colors").map((colour, i) => [`s${i}`, colour])),
    text, background, muted: mix(text, background, 0.7), grid: mix(text, background, 0.12),
    font: of("--st-font"),
  };
}

export function paint(value, palette) {
  if (typeof value === "string") {
    const found = value.startsWith("theme:") && value.match(NAME);
    if (!found) return value.includes("<") ? value.replace(TAGS, "&lt;") : value;
    const colour = palette[found[1]] ?? palette.text;
    return found[2] === undefined ? colour : `rgba(${rgb(colour)},${found[2] / 100})`;
  }
  if (Array.isArray(value)) {
    const plain = typeof value[0] === "number" && typeof value[value.length - 1] === "number";
    return plain ? value : value.map((item) => paint(item, palette));
  }
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, paint(item, palette)]));
  }
  return value;
}
