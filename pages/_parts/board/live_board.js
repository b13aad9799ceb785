// A board of cards that changes in place: nodes are made once and then only filled anew.

const CONFIG = {
  displaylogo: false,
  displayModeBar: "hover",
  doubleClick: "reset",
  showTips: false,
};

function loadPlotly(url) {
  // One script per browser window, whatever the number of boards; force-cache: the address names the version.
  window.htsPlotly ??= fetch(url, { cache: "force-cache" })
    .then((answer) => {
      if (!answer.ok) throw new Error(`plotly.min.js: status ${answer.status} at ${url}`);
      return answer.blob();
    })
    .then((body) => new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = URL.createObjectURL(new Blob([body], { type: "text/javascript" }));
      script.onload = () => resolve(window.Plotly);
      script.onerror = () => reject(new Error("plotly.min.js could not be run"));
      document.head.append(script);
    }))
    .catch((error) => { window.htsPlotly = undefined; throw error; });
  return window.htsPlotly;
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

function readPalette(node) {
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

function paint(value, palette) {
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

// -- small pieces --------------------------------------------------------------------------------

function make(tag, name, parent) {
  const node = document.createElement(tag);
  node.className = name;
  parent.append(node);
  return node;
}

function say(node, text) {
  const words = text ?? "";
  if (node.textContent !== words) node.textContent = words;
  node.hidden = words === "";
}

function sparkline(values, span) {
  // Path in a 100 x 30 box; missing values leave a gap; `span` keeps noise from filling the height.
  const known = values.filter((v) => v !== null);
  if (known.length < 2) return "";
  const low = Math.min(...known), high = Math.max(...known);
  const room = Math.max(high - low, span ?? 0, 1e-12), base = (low + high - room) / 2;
  let pen = "M";
  return values.map((v, i) => {
    if (v === null) { pen = "M"; return ""; }
    const at = `${pen}${((100 * i) / (values.length - 1)).toFixed(2)} ${(28 - (26 * (v - base)) / room).toFixed(2)}`;
    pen = "L";
    return at;
  }).join("");
}

// -- files of figures: what is seen, on its background -----------------------------------------------

const icon = (words) => ({ svg: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 24"><text x="14" y="17"
  text-anchor="middle" font-family="sans-serif" font-size="14" font-weight="700" fill="#808b8e">${words}</text></svg>` });

async function saveFigure(card, format) {
  const { Plotly } = window, { chart, palette } = card, filename = card.node.dataset.card;
  const width = chart.clientWidth, height = chart.clientHeight;
  // Letters as wide as those that every reader of PDFs has; an image does not load those of the page.
  const font = { ...chart.layout.font, family: "Arial, Helvetica, sans-serif" };
  const figure = { data: chart.data, layout: { ...chart.layout, font, paper_bgcolor: palette.background } };
  if (format !== "pdf") return Plotly.downloadImage(figure, { format, filename, width, height, scale: format === "png" ? 2 : 1 });
  const svg = await Plotly.toImage(figure, { format: "svg", width, height });
  const { pdfOf } = await import(new URL(card.board.pdf, document.baseURI).href);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await pdfOf(decodeURIComponent(svg.slice(svg.indexOf(",") + 1)), width, height));
  link.download = `${filename}.pdf`;
  link.click();
  return setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// -- a figure card -------------------------------------------------------------------------------

class FigureCard {
  constructor(board, id) {
    this.board = board;
    this.node = make("section", "hts-card", board.cards);
    this.node.dataset.card = id;
    this.title = make("h3", "hts-title", this.node);
    this.plot = make("div", "hts-plot", this.node);
    this.chart = make("div", "hts-chart", this.plot);
    this.chart.setAttribute("role", "figure");
    this.empty = make("div", "hts-empty", this.plot);
    this.caption = make("p", "hts-caption", this.node);
    this.visible = false;
    this.stale = false;
    this.drawn = Promise.resolve();
    // Made once: Plotly draws a chart anew when it is told other buttons.
    this.config = { ...CONFIG, modeBarButtons: [[
      ...["PNG", "SVG", "PDF"].map((name) => ({
        name, title: `Download as ${name}`, icon: icon(name), click: () => saveFigure(this, name.toLowerCase()),
      })),
      "resetScale2d",
    ]] };
    board.seen.observe(this.node);
    board.sized.observe(this.plot);
  }

  fill(card, palette, repaint) {
    say(this.title, card.title);
    say(this.caption, card.caption);
    this.node.toggleAttribute("data-pick", Boolean(card.pick));
    this.plot.style.height = card.height ? `${card.height}px` : "";
    if ((card.size ?? "") !== (this.node.dataset.size ?? "")) this.node.dataset.size = card.size ?? "";
    if (this.chart.getAttribute("aria-label") !== card.alt) this.chart.setAttribute("aria-label", card.alt);
    const text = JSON.stringify(card.figure ?? null);
    if (text !== this.text || repaint) {
      this.text = text;
      this.figure = card.figure;
      this.palette = palette;
      this.stale = true;
    }
    say(this.empty, card.figure ? (this.chart.data ? "" : "Loading the figure") : card.empty);
    if (this.visible) this.draw();
  }

  draw() {
    if (!this.stale) return;
    this.stale = false;
    this.drawn = this.drawn.then(() => this.board.plotly).then((Plotly) => {
      if (!Plotly || !this.chart.isConnected) return undefined;
      if (!this.figure) {
        if (this.chart.data) Plotly.purge(this.chart);
        this.chart.heard = false;
        this.chart.dataset.updates = 0;
        return undefined;
      }
      const { data, layout } = paint(this.figure, this.palette);
      layout.font = { ...layout.font, family: this.palette.font };
      layout.autosize = true;
      this.keepZoom(layout);
      // On a touch screen a finger on a chart must still scroll the page.
      if (matchMedia("(pointer: coarse)").matches) layout.dragmode = false;
      return Plotly.react(this.chart, data, layout, this.config).then(() => {
        say(this.empty, "");
        this.listen();
        this.chart.dataset.updates = Number(this.chart.dataset.updates ?? 0) + 1;
      });
    }).catch((error) => {
      console.error("hts live board:", this.node.dataset.card, error);
      say(this.empty, "This figure could not be drawn; reload the page to try again.");
    });
  }

  listen() {
    // Plotly gives a chart `on` when it is first drawn, and drops listeners when it is purged.
    if (this.chart.heard) return;
    this.chart.heard = true;
    this.chart.on("plotly_click", ({ points }) => {
      const at = points[0]?.customdata;
      if (at !== undefined && "pick" in this.node.dataset) this.board.send?.("pick", { card: this.node.dataset.card, at });
    });
  }

  keepZoom(layout) {
    // Plotly drops a viewer's zoom when the range it was told changes as well: while zoomed in, tell it the old one.
    this.told ??= {};
    for (const [name, axis] of Object.entries(layout)) {
      if (!/^[xy]axis\d*$/.test(name) || !axis.range) continue;
      const now = this.chart.data && this.chart.layout[name]?.range;
      const told = this.told[name];
      const zoomed = now && told && (now[0] !== told[0] || now[1] !== told[1]);
      if (zoomed) axis.range = [...told];
      else this.told[name] = [...axis.range];
    }
  }

  resize() {
    if (!this.chart.data || !this.visible || !this.plot.clientWidth) return;
    // A page may be left between this call and Plotly's: then there is nothing to resize.
    window.Plotly.Plots.resize(this.chart).catch(() => undefined);
  }

  remove() {
    this.board.seen.unobserve(this.node);
    this.board.sized.unobserve(this.plot);
    if (window.Plotly && this.chart.data) window.Plotly.purge(this.chart);
    this.node.remove();
  }
}

class Heading {
  constructor(board, id) {
    this.node = make("h2", "hts-heading", board.cards);
    this.node.dataset.card = id;
  }

  fill(item) { say(this.node, item.heading); }

  remove() { this.node.remove(); }
}

// -- a metric card -------------------------------------------------------------------------------

class MetricCard {
  constructor(board, id) {
    this.node = make("section", "hts-metric", board.metrics);
    this.node.dataset.metric = id;
    for (const part of ["title", "value", "interval", "delta", "note"]) {
      this[part] = make("div", `hts-metric-${part}`, this.node);
    }
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 100 30");
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    this.path = document.createElementNS(svg.namespaceURI, "path");
    svg.append(this.path);
    this.node.append(svg);
  }

  fill(metric) {
    for (const part of ["title", "value", "interval", "delta", "note"]) say(this[part], metric[part]);
    this.note.dataset.tone = metric.tone ?? "";
    this.node.toggleAttribute("data-large", Boolean(metric.large));
    if (this.node.title !== metric.help) this.node.title = metric.help ?? "";
    this.path.setAttribute("d", sparkline(metric.trend ?? [], metric.span));
  }

  remove() { this.node.remove(); }
}

// -- the board -----------------------------------------------------------------------------------

class Board {
  constructor(root) {
    this.root = root;
    this.status = make("div", "hts-status", root);
    this.state = make("span", "hts-state", this.status);
    this.state.setAttribute("aria-live", "polite");
    this.progress = make("div", "hts-progress", this.status);
    this.progress.setAttribute("role", "progressbar");
    this.progress.setAttribute("aria-label", "Progress of the run");
    this.bar = make("div", "", this.progress);
    this.detail = make("span", "hts-detail", this.status);
    this.metrics = make("div", "hts-metrics", root);
    this.cards = make("div", "hts-cards", root);
    this.metricOf = new Map();
    this.cardOf = new Map();
    this.seen = new IntersectionObserver((entries) => entries.forEach((entry) => {
      const card = this.cardOf.get(entry.target.dataset.card);
      if (!card) return;
      card.visible = entry.isIntersecting;
      if (card.visible) { card.resize(); card.draw(); }
    }), { rootMargin: "200px" });
    this.sized = new ResizeObserver((entries) => entries.forEach((entry) => {
      this.cardOf.get(entry.target.parentElement?.dataset.card)?.resize();
    }));
  }

  keep(map, items, Kind, parent) {
    const ids = new Set(items.map((item) => item.id));
    for (const [id, card] of map) if (!ids.has(id)) { card.remove(); map.delete(id); }
    items.forEach((item, i) => {
      if (!map.has(item.id)) map.set(item.id, new (item.heading ? Heading : Kind)(this, item.id));
      const { node } = map.get(item.id);
      if (parent.children[i] !== node) parent.insertBefore(node, parent.children[i] ?? null);
    });
    parent.hidden = items.length === 0;
  }

  fillStatus(status) {
    this.status.hidden = !status;
    if (!status) return;
    say(this.state, status.state);
    this.state.dataset.tone = status.tone ?? "";
    say(this.detail, status.detail);
    this.progress.hidden = status.percent === null || status.percent === undefined;
    if (this.progress.hidden) return;
    this.bar.style.width = `${status.percent}%`;
    this.progress.setAttribute("aria-valuenow", String(Math.round(status.percent)));
  }

  fill({ plotly, pdf, board }) {
    this.plotly = loadPlotly(plotly);
    this.pdf = pdf;
    const palette = readPalette(this.root);
    const theme = JSON.stringify(palette);
    const repaint = theme !== this.theme;
    this.theme = theme;
    this.fillStatus(board.status);
    const metrics = board.metrics ?? [];
    const cards = board.cards ?? [];
    this.keep(this.metricOf, metrics, MetricCard, this.metrics);
    metrics.forEach((metric) => this.metricOf.get(metric.id).fill(metric));
    this.keep(this.cardOf, cards, FigureCard, this.cards);
    cards.forEach((card) => this.cardOf.get(card.id).fill(card, palette, repaint));
  }

  close() {
    this.seen.disconnect();
    this.sized.disconnect();
    for (const card of this.cardOf.values()) card.remove();
    this.cardOf.clear();
  }
}

export default function (component) {
  const { data, parentElement } = component;
  const root = parentElement.querySelector(".hts-board");
  if (!root || !data) return undefined;
  root.board ??= new Board(root);
  root.board.send = component.setTriggerValue;
  root.board.fill(JSON.parse(new TextDecoder().decode(data)));
  root.dataset.filled = "";  // page_head.css holds back what follows until then
  // Streamlit also calls this when a newer update overtakes this one: only a board that left the page closes.
  return () => setTimeout(() => {
    if (root.isConnected || !root.board) return;
    root.board.close();
    root.board = undefined;
  }, 0);
}
