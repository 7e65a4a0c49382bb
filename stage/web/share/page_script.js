/**
 * The script of the page that plays offline. It is written into that page as it stands, so that it may use nothing but
 * what it is given and Plotly.js.
 * @param {any} data of `share/page_file.js` @param {any} Plotly
 */
export function playPage(data, Plotly) {
  const { lanes, steps, colours, ground, says } = data;
  const fill = (text, given) => text.replace(/\{(\w+)\}/g, (_, name) => given[name]);
  const at = (lane, step) => Math.min(step, lane.x.length - 1);
  const walked = (step) => lanes.flatMap((lane) => {
    const end = at(lane, step) + 1;
    return [{ x: lane.x.slice(lane.begin, end), y: lane.y.slice(lane.begin, end) }, { x: [lane.x[end - 1]], y: [lane.y[end - 1]], text: [fill(says.ball, { name: lane.name, step: end - 1, loss: lane.losses[end - 1] })] }];
  });
  const line = (lane, more) => ({ type: "scatter", mode: "lines", name: lane.name, legendgroup: lane.name, hoverinfo: "skip", ...more });
  const first = walked(steps[0]);
  const traces = [
    {
      type: "contour", x: data.x, y: data.y, z: data.z, customdata: data.losses, hovertemplate: `${says.over}<extra></extra>`,
      colorscale: colours.bands.map((colour, i) => [i / (colours.bands.length - 1), colour]), zmin: 0, zmax: colours.bands.length, zauto: false, showscale: false,
      contours: { coloring: "fill", start: 0, end: colours.bands.length, size: 1 }, line: { width: 0.7, color: colours.contour },
    },
    ...lanes.flatMap((lane, i) => [
      line(lane, { x: lane.x.slice(lane.begin), y: lane.y.slice(lane.begin), line: { color: lane.colour, width: 1.5 }, opacity: 0.34, showlegend: false }),
      line(lane, { ...first[2 * i], line: { color: lane.colour, width: 3, dash: lane.dash }, showlegend: true }),
      { type: "scatter", mode: "markers", ...first[2 * i + 1], hovertemplate: "%{text}<extra></extra>", legendgroup: lane.name, showlegend: false, marker: { color: lane.colour, size: 15, symbol: lane.marker, line: { color: colours.casing, width: 2 } } },
    ]),
    // Where branches begin; behind the others, which frames call by their places.
    ...lanes.filter(({ begin, x }) => begin > 0 && begin < x.length).map((lane) => ({
      type: "scatter", mode: "markers", x: [lane.x[lane.begin]], y: [lane.y[lane.begin]], text: [fill(says.begins, { name: lane.name, step: lane.begin })], hovertemplate: "%{text}<extra></extra>", legendgroup: lane.name, showlegend: false,
      marker: { color: colours.card, size: 9, symbol: "circle", line: { color: lane.colour, width: 2.2 } },
    })),
  ];
  const moving = lanes.flatMap((_, i) => [2 + 3 * i, 3 + 3 * i]);
  const frames = steps.map((step) => ({ name: String(step), data: walked(step), traces: moving }));
  const go = { mode: "immediate", fromcurrent: true, transition: { duration: 0 }, frame: { duration: data.pause, redraw: false } };
  const jump = { ...go, fromcurrent: false, frame: { duration: 0, redraw: false } };
  const text = { color: colours.ink, family: "sans-serif", size: 14 };
  const axis = (title, range) => ({ title: { text: title }, range, visible: data.numbered, gridcolor: colours.line, zeroline: false, constrain: "domain" });
  const layout = {
    margin: { l: 48, r: 12, t: 12, b: 8 }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: text, hovermode: "closest",
    xaxis: axis(data.axes[0], ground[0]), yaxis: { ...axis(data.axes[1], ground[1]), scaleanchor: "x" },
    legend: { orientation: "h", y: 1, yanchor: "bottom", x: 0 },
    updatemenus: [{
      type: "buttons", direction: "left", x: 0, xanchor: "left", y: 0, yanchor: "top", pad: { t: 52 }, showactive: false, bgcolor: colours.card, bordercolor: colours.border, font: text,
      buttons: [{ label: says.play, method: "animate", args: [null, go] }, { label: says.pause, method: "animate", args: [[null], { mode: "immediate" }] }],
    }],
    sliders: [{
      x: 0, len: 1, y: 0, yanchor: "top", pad: { t: 96 }, font: text, bordercolor: colours.border, bgcolor: colours.card, currentvalue: { prefix: says.step[0], suffix: says.step[1], font: text }, ticklen: 0, minorticklen: 0,
      steps: steps.map((step) => ({ label: String(step), method: "animate", args: [[String(step)], jump] })),
    }],
  };
  const node = document.getElementById("figure");
  return Plotly.newPlot(node, traces, layout, { responsive: true, displaylogo: false }).then(() => Plotly.addFrames(node, frames));
}
