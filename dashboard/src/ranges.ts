/** One count as a mark on a scale that it shares with others: a dot, a range, an open arrow, or hatching for no number. */
import * as Plot from "@observablehq/plot";
import type { Count } from "./api";
import { draw } from "./dom";
import { number, withoutNumber } from "./words";

type Bounds = Pick<Count, "qualifier" | "low" | "high" | "value">;

/** The scale's end: room beyond the largest number, so that an open arrow has somewhere to point to. */
export function scaleEnd(counts: Bounds[]): number {
  const largest = Math.max(0, ...counts.flatMap((count) => [count.low, count.high, count.value].filter((value) => value !== null)));
  return largest > 0 ? largest * 1.3 : 1;
}

const MARGIN = 10;
const settings = (width: number, end: number, height: number): Plot.PlotOptions => ({
  className: "plot", width, height, marginLeft: MARGIN, marginRight: MARGIN + 6, marginTop: 2, marginBottom: 2,
  x: { domain: [0, end], axis: null }, y: { domain: [-1, 1], axis: null },
});

/** The numbers above the marks. */
export function scaleAxis(width: number, end: number): Element {
  const ticks = Math.max(2, Math.min(6, Math.floor(width / 70)));
  const drawn = Plot.plot({
    ...settings(width, end, 20), marginTop: 18,
    marks: [Plot.axisX({ anchor: "top", label: null, ticks, tickSize: 4, tickFormat: (value: number) => (Number.isInteger(value) ? number(value) : ""), color: "var(--ink-soft)" })],
  });
  drawn.setAttribute("aria-hidden", "true");
  return drawn;
}

/** The mark of one count. What it says is told in words beside it, so that it is hidden from those who listen. */
export function rangeMark(count: Bounds, width: number, end: number, colour: string, isThick = false): Element {
  const { low, high, value, qualifier } = count;
  const none = withoutNumber(count);
  const line = { stroke: colour, strokeWidth: isThick ? 3 : 2 };
  const grid = Plot.gridX({ ticks: Math.max(2, Math.min(6, Math.floor(width / 70))), stroke: "var(--rule)", strokeOpacity: 1 });
  const marks: Plot.Markish[] = [];
  const isNumber = ["exact", "about", "coded", "range", "disordered"].includes(qualifier) || (qualifier === "envelope" && value !== null);
  if (none) {
    // Words where a number would be: hatched over the whole scale, for it could be anywhere.
    marks.push(Plot.rect([0], { x1: 0, x2: end, y1: -0.75, y2: 0.75, fill: "url(#hatch)", stroke: "var(--unknown)", strokeDasharray: "3 3" }));
  } else {
    const from = low === null || high === null ? [low, high] : [Math.min(low, high), Math.max(low, high)];
    const [least, most] = from as [number | null, number | null];
    if (least !== null && most !== null && least !== most) {
      marks.push(Plot.ruleY([0], { x1: least, x2: most, ...line }), Plot.ruleX([least, most], { y1: -0.5, y2: 0.5, ...line }));
    } else if (least !== null && most === null) {
      marks.push(Plot.arrow([0], { x1: least, x2: end, y1: 0, y2: 0, headLength: 9, inset: 0, ...line }));
      if (!isNumber || value !== least) marks.push(Plot.dot([least], { x: least, y: 0, r: 5, fill: "var(--paper)", ...line }));
    } else if (most !== null && least === null) {
      marks.push(Plot.arrow([0], { x1: most, x2: 0, y1: 0, y2: 0, headLength: 9, inset: 0, ...line }), Plot.dot([most], { x: most, y: 0, r: 5, fill: "var(--paper)", ...line }));
    }
    if (isNumber && value !== null) {
      marks.push(Plot.dot([value], { x: value, y: 0, r: 6, fill: qualifier === "about" ? "url(#about)" : colour, stroke: colour, strokeWidth: 2 }));
    }
  }
  const drawn = Plot.plot({ ...settings(width, end, 30), marks: [none ? null : grid, ...marks] });
  drawn.setAttribute("aria-hidden", "true");
  if (none) {
    const text = draw("text", { x: width / 2, y: 15, class: "on-hatch" });
    text.textContent = none;
    drawn.append(text);
  }
  return drawn;
}
