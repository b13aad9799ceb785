// A card: a figure with its title, its tools and the sentence under it.

import { choicesOf, lookedAt, remember, remembered, WEIGHT } from "./figure_axes.js";
import { paint, plotlyFor } from "./drawing.js";
import { labelled } from "./figure_labels.js";
import { make, say } from "./nodes.js";

const CONFIG = { displaylogo: false, displayModeBar: false, doubleClick: "reset", showTips: false };
const FILES = ["CSV", "PNG", "SVG", "PDF"];
const ONE_ROW = 29;  // pixels of a legend of one row

// One figure after the other: the first is seen while the others are drawn.
let turn = Promise.resolve();

function inTurn(work) {
  const done = turn.then(() => new Promise((go) => { setTimeout(go); })).then(work);
  turn = done.catch(() => undefined);
  return done;
}

function button(name, label, parent, act) {
  const node = make("button", "hts-tool", parent);
  node.type = "button";
  node.textContent = name;
  node.title = label;
  node.addEventListener("click", act);
  return node;
}

export class FigureCard {
  constructor(board, id) {
    this.board = board;
    this.node = make("section", "hts-card", board.cards);
    this.node.dataset.card = id;
    const head = make("div", "hts-head", this.node);
    this.title = make("h3", "hts-title", head);
    this.tools = make("div", "hts-tools", head);
    this.tools.setAttribute("role", "group");
    this.plot = make("div", "hts-plot", this.node);
    this.chart = make("div", "hts-chart", this.plot);
    this.chart.setAttribute("role", "figure");
    this.empty = make("div", "hts-empty", this.plot);
    this.numbers = make("div", "hts-numbers", this.plot);
    this.numbers.hidden = true;
    this.numbers.tabIndex = 0;
    this.numbers.setAttribute("role", "region");
    this.caption = make("p", "hts-caption", this.node);
    this.visible = false;
    this.stale = false;
    this.drawn = Promise.resolve();
    this.look = remembered(id);
    this.hidden = new Set();  // lines that a click on their name took away
    this.choices = make("span", "hts-choices", this.tools);
    this.reset = button("Reset zoom", "Show all of the figure again", this.tools, () => this.unzoom());
    this.reset.hidden = true;
    this.table = button("Table", "Show the numbers of this figure", this.tools, () => this.showNumbers(this.numbers.hidden));
    this.table.setAttribute("aria-expanded", "false");
    FILES.forEach((name) => button(name, name === "CSV" ? "Download the numbers" : `Download as ${name}`, this.tools, () => this.save(name)));
    board.seen.observe(this.node);
    board.sized.observe(this.plot);
  }

  async save(name) {
    const { saveAs, saveFigure } = await import("./figure_files.js");
    if (name !== "CSV") { this.draw(); await this.drawn; return saveFigure(this, name.toLowerCase()); }
    const { csvOf } = await import("./figure_numbers.js");
    return saveAs(new Blob(["\ufeff", csvOf(this.figure)], { type: "text/csv" }), `${this.node.dataset.card}.csv`);
  }

  async showNumbers(open) {
    const { showTables } = await import("./figure_numbers.js");
    this.numbers.hidden = !open;
    this.chart.style.visibility = open ? "hidden" : "";
    this.table.setAttribute("aria-expanded", String(open));
    if (open) showTables(this.numbers, this.figure, this.title.textContent);
  }

  // By iteration, epoch or time, on logarithmic axes, smoothed: where a figure says that it can be.
  offer() {
    const choices = choicesOf(this.figure), text = JSON.stringify(choices ?? null);
    if (text === this.offered) return;
    this.offered = text;
    this.choices.replaceChildren();
    if (!choices) return;
    const changed = (look) => {
      this.look = { ...this.look, ...look };
      remember(this.node.dataset.card, this.look);
      this.told = {};
      this.stale = true;
      this.draw();
    };
    const across = make("select", "hts-tool", this.choices);
    across.setAttribute("aria-label", `x axis of ${this.title.textContent}`);
    choices.across.forEach((name) => across.add(new Option(name, name, false, name === this.look.across)));
    across.addEventListener("change", () => changed({ across: across.value }));
    const toggle = (name, label, on, act) => {
      const node = button(name, label, this.choices, () => { act(); node.setAttribute("aria-pressed", String(node.getAttribute("aria-pressed") !== "true")); });
      node.setAttribute("aria-pressed", String(on));
    };
    Object.entries(choices.logs).forEach(([axis, name]) => toggle(`log ${name}`, `Logarithmic axis: ${name}`, this.look.logs.includes(axis), () => {
      const logs = this.look.logs.includes(axis) ? this.look.logs.filter((one) => one !== axis) : [...this.look.logs, axis];
      changed({ logs });
    }));
    if (choices.smooth) {
      toggle("smooth", `Moving average of weight ${WEIGHT}; what was measured stays faint`, this.look.smooth, () => changed({ smooth: !this.look.smooth }));
    }
  }

  fill(card, palette, repaint) {
    say(this.title, card.title);
    say(this.caption, card.caption);
    this.tools.hidden = !card.figure;
    this.tools.setAttribute("aria-label", `Numbers and files of ${card.title}`);
    this.numbers.setAttribute("aria-label", `Numbers of ${card.title}`);
    this.node.toggleAttribute("data-pick", Boolean(card.pick));
    this.plot.style.setProperty("--hts-height", card.height ? `${card.height}px` : "");
    if ((card.size ?? "") !== (this.node.dataset.size ?? "")) this.node.dataset.size = card.size ?? "";
    if (this.chart.getAttribute("aria-label") !== card.alt) this.chart.setAttribute("aria-label", card.alt);
    const text = JSON.stringify(card.figure ?? null);
    if (text !== this.text || repaint) {
      this.text = text;
      this.figure = card.figure;
      this.palette = palette;
      this.stale = true;
      if (card.figure) this.offer();
      if (!this.numbers.hidden) this.showNumbers(Boolean(card.figure));
    }
    say(this.empty, card.figure ? (this.chart.data ? "" : "Loading the figure") : card.empty);
    if (this.visible) this.draw();
  }

  draw() {
    if (!this.stale) return;
    this.stale = false;
    this.drawn = inTurn(async () => {
      const Plotly = this.figure && await plotlyFor(this.figure, this.board.plotly);
      if (!this.chart.isConnected) {
        this.stale = true;  // drawn when it is on the page again
        return undefined;
      }
      if (this.Plotly && this.Plotly !== Plotly) {
        if (this.chart.data) this.Plotly.purge(this.chart);
        this.chart.heard = false;
      }
      this.Plotly = Plotly;
      if (!this.figure || !Plotly) {
        this.chart.dataset.updates = 0;
        return undefined;
      }
      const { data, layout } = this.asSeen();
      return Plotly.react(this.chart, data, layout, CONFIG).then(() => {
        say(this.empty, "");
        this.listen();
        this.makeRoom();
        this.chart.dataset.updates = Number(this.chart.dataset.updates ?? 0) + 1;
      });
    }).catch((error) => {
      console.error("hts live board:", this.node.dataset.card, error);
      say(this.empty, "This figure could not be drawn; reload the page to try again.");
    });
  }

  asSeen() {
    const all = paint(this.figure, this.palette);
    if (this.fresh) all.layout.uirevision += `-${this.fresh}`;
    const painted = lookedAt(all, this.look);
    const { clientWidth, clientHeight } = this.chart;
    const { data, layout } = this.reset.hidden ? labelled(painted, clientWidth, clientHeight) : painted;
    layout.font = { ...layout.font, family: this.palette.font };
    layout.autosize = true;
    this.keepZoom(layout);
    // On a touch screen a finger on a chart must still scroll the page.
    if (matchMedia("(pointer: coarse)").matches) layout.dragmode = false;
    const shown = (trace) => (this.hidden.has(trace.legendgroup ?? trace.name) ? { ...trace, visible: false } : trace);
    return { data: data.map(shown), layout };
  }

  again() {
    this.stale = Boolean(this.figure);
    if (this.visible) this.draw();
  }

  unzoom() {
    this.told = {};
    this.fresh = (this.fresh ?? 0) + 1;  // zooms belong to what is named by `uirevision`
    this.reset.hidden = true;
    this.again();
  }

  listen() {
    // Plotly gives a chart `on` when it is first drawn, and drops listeners when it is purged.
    if (this.chart.heard) return;
    this.chart.heard = true;
    this.chart.on("plotly_click", ({ points }) => {
      const at = points[0]?.customdata;
      if (at !== undefined && "pick" in this.node.dataset) this.board.send?.("pick", { card: this.node.dataset.card, at });
    });
    this.chart.on("plotly_relayout", (change) => {
      if (!Object.keys(change).some((name) => name.includes(".range["))) return;
      this.reset.hidden = false;
      this.again();
    });
    this.chart.on("plotly_doubleclick", () => this.unzoom());
    this.chart.on("plotly_clickannotation", ({ annotation }) => {
      if (!annotation.name) return;
      if (!this.hidden.delete(annotation.name)) this.hidden.add(annotation.name);
      this.again();
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

  // A legend takes its rows from the plot: those beyond the first are added to the card instead.
  makeRoom() {
    const { showlegend, legend } = this.chart._fullLayout;
    const more = showlegend && legend ? Math.max(0, legend._height - ONE_ROW) : 0;
    this.plot.style.setProperty("--hts-more", `${more}px`);
  }

  resize() {
    if (!this.chart.data || !this.visible || !this.plot.clientWidth) return;
    // A page may be left between this call and Plotly's: then there is nothing to resize.
    this.Plotly.Plots.resize(this.chart).then(() => this.makeRoom()).catch(() => undefined);
    if (this.figure?.layout.meta?.ends) this.again();
  }

  remove() {
    this.board.seen.unobserve(this.node);
    this.board.sized.unobserve(this.plot);
    if (this.chart.data) this.Plotly.purge(this.chart);
    this.node.remove();
  }
}

