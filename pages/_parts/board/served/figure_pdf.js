// A figure as a PDF of one page: the paths, letters and pictures of the SVG that Plotly makes of it.

const POINTS = 0.75;  // of a pixel
const FONTS = ["Helvetica", "Helvetica-Bold", "Symbol"];
// Letters that Helvetica lacks, by their place in Symbol, and in WinAnsiEncoding.
const SYMBOL = Object.fromEntries([
  ..."αβχδεφγηικλμνοπθρστυωξψζ".split("").map((letter, i) => [letter, "abcdefghiklmnopqrstuwxyz".charCodeAt(i)]),
  ["Δ", 0x44], ["Σ", 0x53], ["Ω", 0x57], ["−", 0x2d], ["→", 0xae], ["←", 0xac], ["≤", 0xa3], ["≥", 0xb3],
  ["√", 0xd6], ["∞", 0xa5], ["≈", 0xbb], ["∈", 0xce],
]);
const WINDOWS = { "…": 0x85, "●": 0x95, "‘": 0x91, "’": 0x92, "“": 0x93, "”": 0x94, "•": 0x95, "–": 0x96, "—": 0x97 };
const number = (value) => String(Math.round(value * 1000) / 1000);
const bytes = (text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

async function deflated(content) {
  const stream = new Blob([content]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// -- outlines: [operator, points] in absolute coordinates ------------------------------------------

function* arcPoints(x, y, args) {
  const arc = document.createElementNS("http://www.w3.org/2000/svg", "path");
  arc.setAttribute("d", `M${x},${y}A${args.join(",")}`);
  const length = arc.getTotalLength(), steps = Math.max(4, Math.min(48, Math.ceil(length)));
  for (let i = 1; i <= steps; i++) {
    const at = arc.getPointAtLength((length * i) / steps);
    yield [at.x, at.y];
  }
}

function* segments(d) {
  const sizes = { M: 2, L: 2, H: 1, V: 1, C: 6, S: 4, Q: 4, T: 2, A: 7, Z: 0 };
  let x = 0, y = 0, start = [0, 0];
  for (const [, letter, text] of d.matchAll(/([MLHVCSQTAZ])([^MLHVCSQTAZ]*)/gi)) {
    const kind = letter.toUpperCase(), given = (text.match(/[-+]?(?:\d*\.\d+|\d+\.?)(?:e[-+]?\d+)?/gi) ?? []).map(Number);
    const size = sizes[kind], away = letter !== kind;
    for (let at = 0; at === 0 || at < given.length; at += size || 1) {
      let p = given.slice(at, at + size);
      if (away && kind !== "A") p = p.map((v, i) => v + (kind === "V" || (kind !== "H" && i % 2) ? y : x));
      if (away && kind === "A") p = [...p.slice(0, 5), p[5] + x, p[6] + y];
      if (kind === "H") p = [p[0], y];
      if (kind === "V") p = [x, p[0]];
      if (kind === "Z") { yield ["h", []]; [x, y] = start; continue; }
      if (kind === "A") for (const to of arcPoints(x, y, p)) yield ["l", [to]];
      else if (kind === "C" || kind === "S") yield ["c", [p.length > 4 ? p.slice(0, 2) : [x, y], p.slice(-4, -2), p.slice(-2)]];
      else if (kind === "Q") {
        const [cx, cy, tx, ty] = p;
        yield ["c", [[(x + 2 * cx) / 3, (y + 2 * cy) / 3], [(tx + 2 * cx) / 3, (ty + 2 * cy) / 3], [tx, ty]]];
      } else yield [kind === "M" && at === 0 ? "m" : "l", [p.slice(-2)]];
      [x, y] = p.slice(-2);
      if (kind === "M" && at === 0) start = [x, y];
    }
  }
}

function pathOf(node) {
  const of = (name) => Number(node.getAttribute(name) ?? 0);
  if (node.tagName === "path") return node.getAttribute("d") ?? "";
  if (node.tagName === "rect") return `M${of("x")},${of("y")}h${of("width")}v${of("height")}h${-of("width")}Z`;
  if (node.tagName === "line") return `M${of("x1")},${of("y1")}L${of("x2")},${of("y2")}`;
  const r = of("r"), cx = of("cx"), cy = of("cy");
  return `M${cx + r},${cy}A${r},${r},0,1,1,${cx - r},${cy}A${r},${r},0,1,1,${cx + r},${cy}Z`;
}

function outline(node, m) {
  const put = ([x, y]) => `${number(m.a * x + m.c * y + m.e)} ${number(m.b * x + m.d * y + m.f)}`;
  return [...segments(pathOf(node))].map(([operator, points]) => [...points.map(put), operator].join(" ")).join("\n");
}

// -- the page -------------------------------------------------------------------------------------

function colour(text, opacity) {
  const parts = text.match(/[\d.]+/g);
  if (!parts || parts.length < 3 || text === "none") return undefined;
  const share = (parts[3] === undefined ? 1 : Number(parts[3])) * opacity;
  return share > 0.004 ? { rgb: parts.slice(0, 3).map((v) => number(v / 255)).join(" "), share } : undefined;
}

class Drawing {
  constructor(root) {
    this.root = root;
    this.home = root.getScreenCTM().inverse();
    this.said = [];
    this.shares = new Map();
    this.pictures = [];
  }

  matrix(node) { return this.home.multiply(node.getScreenCTM()); }

  seen(fill, stroke) {
    const key = `${(fill?.share ?? 1).toFixed(2)} ${(stroke?.share ?? 1).toFixed(2)}`;
    if (!this.shares.has(key)) this.shares.set(key, `G${this.shares.size}`);
    return `/${this.shares.get(key)} gs`;
  }

  async walk(node, opacity) {
    if (["defs", "clipPath", "style", "title"].includes(node.tagName)) return;
    const style = getComputedStyle(node);
    if (style.display === "none" || style.visibility === "hidden") return;
    const share = opacity * Number(style.opacity);
    const clip = (node.getAttribute("clip-path") ?? "").match(/#([^'")]+)/);
    const within = clip && this.root.querySelector(`#${CSS.escape(clip[1])}`);
    if (within) {
      const shapes = [...within.children].map((shape) => {
        const own = shape.transform.baseVal.consolidate()?.matrix;
        return outline(shape, own ? this.matrix(node).multiply(own) : this.matrix(node));
      });
      this.said.push("q", ...shapes, "W n");
    }
    if (["path", "rect", "circle", "line"].includes(node.tagName)) this.shape(node, style, share);
    else if (node.tagName === "text") this.letters(node, share);
    else if (node.tagName === "image") await this.picture(node, share);
    else for (const child of node.children) await this.walk(child, share);
    if (within) this.said.push("Q");
  }

  shape(node, style, share) {
    const m = this.matrix(node), size = style.vectorEffect === "non-scaling-stroke" ? 1 : Math.sqrt(Math.abs(m.a * m.d - m.b * m.c));
    const width = parseFloat(style.strokeWidth) * size;
    const fill = node.tagName === "line" ? undefined : colour(style.fill, share * style.fillOpacity);
    const stroke = width > 0 ? colour(style.stroke, share * style.strokeOpacity) : undefined;
    const drawn = outline(node, m);
    if (!drawn || (!fill && !stroke)) return;
    const dashes = (style.strokeDasharray.match(/[\d.]+/g) ?? []).map((v) => number(v * size)).join(" ");
    this.said.push(this.seen(fill, stroke));
    if (fill) this.said.push(`${fill.rgb} rg`);
    if (stroke) this.said.push(`${stroke.rgb} RG ${number(width)} w [${dashes}] 0 d ${style.strokeLinejoin === "round" ? 1 : 0} j`);
    const even = style.fillRule === "evenodd" ? "*" : "";
    this.said.push(drawn, fill && stroke ? `B${even}` : fill ? `f${even}` : "S");
  }

  letters(node, share) {
    const m = this.matrix(node), texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    for (let place = 0; texts.nextNode();) {
      const style = getComputedStyle(texts.currentNode.parentElement), fill = colour(style.fill, share * style.fillOpacity);
      for (const letter of texts.currentNode.data) {
        const at = place < node.getNumberOfChars() ? node.getStartPositionOfChar(place) : undefined;
        place += letter.length;
        if (!at || !fill || letter.trim() === "") continue;
        const code = SYMBOL[letter] ?? WINDOWS[letter] ?? (letter.charCodeAt(0) < 256 ? letter.charCodeAt(0) : 0x3f);
        const font = letter in SYMBOL ? 2 : Number(style.fontWeight >= 600);
        const to = m.translate(at.x, at.y).scaleNonUniform(1, -1);
        const where = ["a", "b", "c", "d", "e", "f"].map((name) => number(to[name])).join(" ");
        this.said.push(this.seen(fill), `BT ${fill.rgb} rg /F${font} ${number(parseFloat(style.fontSize))} Tf ${where} Tm <${code.toString(16).padStart(2, "0")}> Tj ET`);
      }
    }
  }

  async picture(node, share) {
    const image = new Image();
    image.src = node.getAttribute("href") ?? node.getAttribute("xlink:href");
    await image.decode();
    const canvas = document.createElement("canvas"), { naturalWidth: width, naturalHeight: height } = image;
    Object.assign(canvas, { width, height });
    const to = canvas.getContext("2d");
    to.drawImage(image, 0, 0);
    const { data } = to.getImageData(0, 0, width, height);
    const part = (take) => Uint8Array.from({ length: width * height * take.length }, (_, i) => data[4 * Math.floor(i / take.length) + take[i % take.length]]);
    this.pictures.push({ width, height, rgb: part([0, 1, 2]), alpha: part([3]) });
    const box = ["x", "y", "width", "height"].map((name) => Number(node.getAttribute(name)));
    const m = this.matrix(node).translate(box[0], box[1] + box[3]).scaleNonUniform(box[2], -box[3]);
    this.said.push("q", this.seen({ share }), `${["a", "b", "c", "d", "e", "f"].map((name) => number(m[name])).join(" ")} cm /I${this.pictures.length - 1} Do`, "Q");
  }
}

async function file(drawing, width, height) {
  const objects = [];  // each a list of texts and bytes
  const add = (...parts) => objects.push(parts);
  const stream = async (head, content) => {
    const packed = await deflated(content);
    add(`<< ${head} /Filter /FlateDecode /Length ${packed.length} >>\nstream\n`, packed, "\nendstream");
    return objects.length;
  };
  add("<< /Type /Catalog /Pages 2 0 R >>");
  add("<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
  add();  // the page, once it is known what it needs
  const page = `${POINTS} 0 0 ${-POINTS} 0 ${number(height * POINTS)} cm\n${drawing.said.join("\n")}\n`;
  const content = await stream("", bytes(page)), images = [];
  for (const { width: w, height: h, rgb, alpha } of drawing.pictures) {
    const head = `/Type /XObject /Subtype /Image /Width ${w} /Height ${h} /BitsPerComponent 8 /ColorSpace`;
    const mask = await stream(`${head} /DeviceGray`, alpha);
    images.push(await stream(`${head} /DeviceRGB /SMask ${mask} 0 R`, rgb));
  }
  const fonts = FONTS.map((name, i) => `/F${i} << /Type /Font /Subtype /Type1 /BaseFont /${name}${i < 2 ? " /Encoding /WinAnsiEncoding" : ""} >>`);
  const states = [...drawing.shares].map(([key, name]) => `/${name} << /ca ${key.split(" ")[0]} /CA ${key.split(" ")[1]} >>`);
  objects[2] = [`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${number(width * POINTS)} ${number(height * POINTS)}] /Contents ${content} 0 R`
    + ` /Resources << /Font << ${fonts.join(" ")} >> /ExtGState << ${states.join(" ")} >> /XObject << ${images.map((at, i) => `/I${i} ${at} 0 R`).join(" ")} >> >> >>`];
  const parts = [bytes("%PDF-1.4\n")], places = [];
  let size = parts[0].length;
  const put = (part) => { const made = typeof part === "string" ? bytes(part) : part; parts.push(made); size += made.length; };
  objects.forEach((object, i) => { places.push(size); [`${i + 1} 0 obj\n`, ...object, "\nendobj\n"].forEach(put); });
  const start = size, rows = places.map((at) => `${String(at).padStart(10, "0")} 00000 n \n`).join("");
  put(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`);
  return new Blob(parts, { type: "application/pdf" });
}

export async function pdfOf(svg, width, height) {
  const root = document.importNode(new DOMParser().parseFromString(svg, "image/svg+xml").documentElement, true);
  const host = document.createElement("div");
  Object.assign(host.style, { position: "absolute", left: "0", top: "0", opacity: "0", pointerEvents: "none" });
  host.append(root);
  document.body.append(host);
  try {
    const drawing = new Drawing(root);
    for (const child of root.children) await drawing.walk(child, 1);
    return await file(drawing, width, height);
  } finally {
    host.remove();
  }
}
