// How a viewer looks at a course: by iteration, epoch or time, on logarithmic axes, smoothed.

export const WEIGHT = 0.8;  // of what was before, in the moving average
const PLAIN = { across: "iteration", smooth: false, logs: [] };

export function choicesOf(figure) {
  const course = figure?.layout.meta?.course;
  if (!course) return undefined;
  const across = ["iteration", ...(course.epoch ? ["epoch"] : []), ...(course.seconds ? ["time"] : [])];
  return { across, logs: course.logs, smooth: course.smooth };
}

export function remembered(id) {
  try { return { ...PLAIN, ...JSON.parse(sessionStorage.getItem(`hts-look-${id}`)) }; } catch { return { ...PLAIN }; }
}

export function remember(id, look) {
  try { sessionStorage.setItem(`hts-look-${id}`, JSON.stringify(look)); } catch { /* a frame that may keep nothing */ }
}

function between([xs, ys], at) {
  const right = xs.findIndex((x) => x >= at);
  if (right === 0) return xs[0] ? (ys[0] * at) / xs[0] : ys[0];
  if (right < 0) return ys[ys.length - 1];
  const share = (at - xs[right - 1]) / (xs[right] - xs[right - 1]);
  return ys[right - 1] + share * (ys[right] - ys[right - 1]);
}

// What stands at a step stands at an epoch, or at the seconds that the networks of a group had trained for.
function placeOf(course, across) {
  if (across === "epoch") return (x) => x * course.epoch;
  const first = Object.values(course.seconds)[0];
  return (x, group) => between(course.seconds[group] ?? first, x);
}

export function smoothed(values) {
  let mean = 0, seen = 0;
  return values.map((value) => {
    if (typeof value !== "number") return value;
    mean = WEIGHT * mean + (1 - WEIGHT) * value;
    seen += 1;
    return mean / (1 - WEIGHT ** seen);  // not drawn towards 0 at the start
  });
}

const isLine = (trace) => trace.mode?.includes("lines") && !trace.fill && trace.hoverinfo !== "skip";

function moved(figure, course, across) {
  const to = placeOf(course, across), [title, said] = across === "epoch" ? ["epoch", "epoch %{x:.3g}"] : ["training time, s", "%{x:.3g} s"];
  const own = (item) => (item.xref ?? "x") === "x" && typeof (item.x ?? item.x0) === "number";
  const { layout } = figure;
  return {
    data: figure.data.map((trace) => ({
      ...trace, x: trace.x.map((x) => to(x, trace.legendgroup)), hovertemplate: trace.hovertemplate?.replace("step %{x}", said),
    })),
    layout: {
      ...layout,
      xaxis: { ...layout.xaxis, title: { ...layout.xaxis.title, text: title } },
      shapes: layout.shapes?.map((shape) => (own(shape) ? { ...shape, x0: to(shape.x0), x1: to(shape.x1) } : shape)),
      annotations: layout.annotations?.map((note) => (own(note) ? { ...note, x: to(note.x) } : note)),
    },
  };
}

function logarithmic(figure, name) {
  const letter = name[0], ref = name.replace("axis", ""), axis = { ...figure.layout[name], type: "log", dtick: undefined };
  if (axis.range) axis.range = axis.range[0] > 0 ? axis.range.map(Math.log10) : undefined;
  const logged = (note) => (note[`${letter}ref`] === ref && note[letter] > 0 ? { ...note, [letter]: Math.log10(note[letter]) } : note);
  return { data: figure.data, layout: { ...figure.layout, [name]: axis, annotations: figure.layout.annotations?.map(logged) } };
}

export function lookedAt(figure, look) {
  const course = figure.layout.meta?.course;
  if (!course) return figure;
  let seen = choicesOf(figure).across.includes(look.across) && look.across !== "iteration" ? moved(figure, course, look.across) : figure;
  if (look.smooth && course.smooth) {
    const data = seen.data.flatMap((trace) => (isLine(trace)
      ? [{ ...trace, opacity: 0.3, showlegend: false, hoverinfo: "skip", hovertemplate: undefined, meta: "not smoothed" }, { ...trace, y: smoothed(trace.y) }]
      : [trace]));
    seen = { ...seen, data };
  }
  const named = Object.keys(course.logs).filter((name) => look.logs.includes(name));
  const layout = { ...seen.layout };
  // A zoom belongs to the axis it was made on.
  for (const name of Object.keys(course.logs)) layout[name] = { ...layout[name], uirevision: `${layout.uirevision}-${look.across}-${look.logs}` };
  return named.reduce(logarithmic, { data: seen.data, layout });
}
