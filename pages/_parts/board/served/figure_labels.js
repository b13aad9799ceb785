// Names beside the ends of lines, where a card is wide enough; a legend otherwise.

const APART = 14, LETTER = 6.4, MOST = 6, NARROW = 460;  // pixels, and how many lines

const last = (values) => values.findLastIndex((value) => typeof value === "number");

function span(axis, values) {
  if (axis.range) return axis.range;
  const known = values.filter((value) => typeof value === "number" && (axis.type !== "log" || value > 0));
  const found = known.map((value) => (axis.type === "log" ? Math.log10(value) : value));
  return [Math.min(...found), Math.max(...found)];
}

export function labelled({ data, layout }, width, height) {
  const lines = data.filter((trace) => trace.name && trace.showlegend !== false && trace.mode?.includes("lines")
    && trace.visible !== "legendonly" && last(trace.y) >= 0);
  const room = 16 + LETTER * Math.max(0, ...lines.map(({ name }) => name.length));
  if (!layout.meta?.ends || lines.length < 2 || lines.length > MOST || width < NARROW || room > width * 0.32) return { data, layout };
  // A name beside a line that ends before others would lie over these.
  const reach = lines.map((trace) => trace.x[last(trace.y)]);
  if (new Set(reach).size > 1) return { data, layout };
  const annotations = [...(layout.annotations ?? [])];
  for (const ref of new Set(lines.map((trace) => trace.yaxis ?? "y"))) {
    const own = lines.filter((trace) => (trace.yaxis ?? "y") === ref), axis = layout[`yaxis${ref.slice(1)}`];
    const [low, high] = span(axis, own.flatMap((trace) => trace.y)), [bottom, top] = axis.domain ?? [0, 1];
    const pixels = ((height - 50) * (top - bottom)) / (high - low || 1);
    const ends = own.map((trace) => {
      const at = last(trace.y), log = (kind, value) => (kind === "log" ? Math.log10(value) : value);
      return { trace, x: log(layout.xaxis.type, trace.x[at]), y: log(axis.type, trace.y[at]) };
    }).sort((a, b) => a.y - b.y);
    let free = -Infinity;
    for (const end of ends) {
      const place = (end.y - low) * pixels;
      free = Math.max(place, free);
      end.shift = free - place;
      free += APART;
    }
    const over = Math.max(0, free - APART - (high - low) * pixels);
    for (const { trace, x, y, shift } of ends) {
      annotations.push({
        x, y, xref: trace.xaxis ?? "x", yref: ref, xanchor: "left", xshift: 4, yshift: shift - over, showarrow: false, captureevents: true, name: trace.legendgroup ?? trace.name,
        text: `<span style="color:${trace.line?.color}">●</span> ${trace.name}`, font: { size: 11 }, bgcolor: layout.hoverlabel?.bgcolor, borderpad: 0, opacity: 0.95,
      });
    }
  }
  // An axis without ends of its own makes room for what is written in it.
  const margin = { ...layout.margin, t: layout.margin.t + 8, r: layout.margin.r + (layout.xaxis.range ? room : 0) };
  return { data, layout: { ...layout, annotations, showlegend: false, margin } };
}
