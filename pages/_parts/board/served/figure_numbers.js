// The numbers of a figure as a table: for who does not see it, and for a spreadsheet.

const plain = (text) => String(text ?? "").replace(/<br>/g, ", ").replace(/<[^>]*>/g, "")
  .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&").trim();
const axisOf = (layout, name) => layout[`${name[0]}axis${name.slice(1)}`] ?? {};
const titleOf = (axis, otherwise) => plain(axis.title?.text) || otherwise;

// An axis of logarithms is labelled by powers of ten: so are its numbers here.
function said(axis, value) {
  const powers = axis.type !== "log" && axis.ticktext?.some((text) => /^10<sup>/.test(text));
  if (powers && typeof value === "number") return Number((10 ** value).toPrecision(5));
  const at = axis.ticktext && axis.type !== "category" ? axis.tickvals?.indexOf(value) : -1;
  return at >= 0 && Number.isNaN(Number(axis.ticktext[at])) ? plain(axis.ticktext[at]) : value;
}

function ofGrid({ trace, layout }) {
  const [across, up] = [axisOf(layout, trace.xaxis ?? "x"), axisOf(layout, trace.yaxis ?? "y")];
  const grid = trace.z ?? [];
  const at = (values, axis, i) => plain(said(axis, values?.[i] ?? i));
  return {
    head: [`${titleOf(up, "y")} \\ ${titleOf(across, "x")}`, ...(grid[0] ?? []).map((_, i) => at(trace.x, across, i))],
    rows: grid.map((row, i) => [at(trace.y, up, i), ...row.map((cell) => (Array.isArray(cell) ? cell.join(" ") : cell))]),
  };
}

// One trace as columns of numbers beside the places they stand at.
function ofTrace({ trace, layout, name }) {
  const sideways = trace.orientation === "h" || axisOf(layout, trace.yaxis ?? "y").type === "category";
  const [keys, values] = sideways ? ["y", "x"] : ["x", "y"];
  const [by, of] = [axisOf(layout, trace[`${keys}axis`] ?? keys), axisOf(layout, trace[`${values}axis`] ?? values)];
  const given = (trace[values] ?? []).map((value) => said(of, value));
  const places = (trace[keys] ?? given.map((_, i) => i)).map((value) => said(by, value));
  const title = [name, trace.meta === "one seed" && "one seed"].filter(Boolean).join(", ");
  const unit = titleOf(of, values), full = title ? `${title}: ${unit}` : unit;
  const key = titleOf(by, keys), half = places.length / 2;
  if (trace.fill === "toself") {  // a band: there along its lower end, and back along its upper one
    const ends = { from: given.slice(0, half), to: given.slice(half).reverse() };
    return { key, places: places.slice(0, half), columns: Object.entries(ends).map(([end, list]) => ({ title: `${full} ${end}`, values: list })) };
  }
  const columns = [{ title: full, values: given }], bar = trace[`error_${values}`];
  const away = (aways, sign) => aways.map((by_, i) => (given[i] === null || by_ === null ? null : Number((given[i] + sign * by_).toPrecision(5))));
  if (bar?.array) {
    columns.push({ title: `${full} from`, values: away(bar.arrayminus ?? bar.array, -1) }, { title: `${full} to`, values: away(bar.array, 1) });
  }
  return { key, places, columns };
}

function joined(parts) {
  const places = [...new Set(parts.flatMap((part) => part.places))].filter((place) => place !== null);
  if (places.every((place) => typeof place === "number")) places.sort((a, b) => a - b);
  const rowOf = new Map(places.map((place) => [place, [place]]));
  for (const part of parts) {
    const row = new Map(part.places.map((place, i) => [place, i]));
    for (const [place, cells] of rowOf) part.columns.forEach(({ values }) => cells.push(values[row.get(place)] ?? null));
  }
  return { head: [parts[0].key, ...parts.flatMap((part) => part.columns.map(({ title }) => title))], rows: [...rowOf.values()] };
}

function listed(parts) {
  const rows = parts.flatMap(({ places, columns }) => columns.flatMap(
    ({ title, values }) => places.map((place, i) => [title, place, values[i] ?? null]),
  ));
  return { head: ["series", parts[0].key, "value"], rows: rows.filter((row) => row[2] !== null) };
}

// Points that share hardly any place are a list, not a table of gaps.
function together(parts) {
  const count = parts.reduce((sum, part) => sum + part.places.length, 0);
  const apart = new Set(parts.flatMap((part) => part.places)).size;
  const once = parts.every(({ places }) => new Set(places).size === places.length);
  return once && (parts.length < 3 || count >= 1.5 * apart) ? joined(parts) : listed(parts);
}

// Tables of a figure, each {head, rows}: lines beside each other, a grid for itself.
export function tablesOf({ data, layout }) {
  const groups = new Map(), tables = [];
  for (const trace of data) {
    const group = trace.legendgroup && data.find((other) => other.name && other.legendgroup === trace.legendgroup);
    const one = { trace, layout, name: plain(trace.name ?? group?.name) };
    if (trace.dimensions) {
      const values = trace.dimensions.map((dimension) => dimension.values ?? []);
      tables.push({ head: trace.dimensions.map(({ label }) => plain(label)), rows: (values[0] ?? []).map((_, i) => values.map((list) => list[i])) });
    } else if (trace.z) tables.push(ofGrid(one));
    else {
      const part = ofTrace(one);
      groups.set(part.key, [...(groups.get(part.key) ?? []), part]);
    }
  }
  return [...tables, ...[...groups.values()].map(together)].filter(({ rows }) => rows.length);
}

function cell(value) {
  const text = value === null || value === undefined ? "" : String(value);
  // A spreadsheet would run a text that looks like a formula.
  const safe = typeof value !== "number" && /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvOf(figure) {
  return tablesOf(figure).map(({ head, rows }) => [head, ...rows].map((row) => row.map(cell).join(",")).join("\r\n")).join("\r\n\r\n");
}

const MOST = 500;  // rows on the page; the CSV has all

export function showTables(node, { data, layout }, title) {
  const middles = data.filter((trace) => trace.meta !== "one seed");
  const tables = tablesOf({ data: middles, layout }).map(({ head, rows }) => {
    const table = document.createElement("table");
    const said_ = rows.length > MOST ? `${title}: the first ${MOST} of ${rows.length} rows` : title;
    table.createCaption().textContent = said_;
    const add = (row, tag, value, scope) => {
      const made = document.createElement(tag);
      made.textContent = value === null || value === undefined ? "–" : String(value);
      if (scope) made.scope = scope;
      row.append(made);
    };
    const top = table.createTHead().insertRow(), body = table.createTBody();
    head.forEach((text) => add(top, "th", text, "col"));
    rows.slice(0, MOST).forEach((values) => {
      const row = body.insertRow();
      values.forEach((value, i) => add(row, i ? "td" : "th", value, i ? "" : "row"));
    });
    return table;
  });
  node.replaceChildren(...tables);
}
