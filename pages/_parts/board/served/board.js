// A board of cards that changes in place: nodes are made once and then only filled anew.

import { readPalette } from "./drawing.js";
import { FigureCard } from "./figure_card.js";
import { make, say } from "./nodes.js";

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

  fill({ plotly, board }) {
    this.plotly = plotly;
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
    this.root.board = undefined;
  }
}

export function fill(root, given, send) {
  root.board ??= new Board(root);
  root.board.send = send;
  root.board.fill(given);
  root.dataset.filled = "";  // page_head.css holds back what follows until then
}

window.htsBoard = { place: import.meta.url, fill };  // for boards that come later
