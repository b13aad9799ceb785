// A figure as a file: what is seen, on its background.

export async function saveFigure(card, format) {
  const { Plotly, chart, palette } = card, filename = card.node.dataset.card;
  const width = chart.clientWidth, height = chart.clientHeight;
  // Letters as wide as those that every reader of PDFs has; an image does not load those of the page.
  const font = { ...chart.layout.font, family: "Arial, Helvetica, sans-serif" };
  const figure = { data: chart.data, layout: { ...chart.layout, font, paper_bgcolor: palette.background } };
  if (format !== "pdf") return Plotly.downloadImage(figure, { format, filename, width, height, scale: format === "png" ? 2 : 1 });
  const svg = await Plotly.toImage(figure, { format: "svg", width, height });
  const { pdfOf } = await import("./figure_pdf.js");
  return saveAs(await pdfOf(decodeURIComponent(svg.slice(svg.indexOf(",") + 1)), width, height), `${filename}.pdf`);
}

export function saveAs(content, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
