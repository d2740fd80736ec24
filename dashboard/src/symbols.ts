/** How precisely an event is placed decides how its symbol looks: nothing vague looks like a point. */
import { draw } from "./dom";
import { PRECISION } from "./words";

const RADIUS: Record<string, number> = {
  exact: 5, settlement: 6, near: 9, admin2: 15, admin1: 20, area: 26, country: 30, water_or_air: 18,
};
export const isVague = (precision: string): boolean => !["exact", "settlement", "near"].includes(precision);
export const radiusOf = (precision: string): number => RADIUS[precision] ?? 20;

/** Whether the dead of a symbol's events are numbered by somebody. */
export type Death = "killed" | "none" | "unknown";

/** A symbol around its own middle; `count` events share it. It is `least` pixels wide and high, or more. */
export function symbol(precision: string, death: Death, count: number, least = 0): SVGSVGElement {
  const radius = radiusOf(precision) + (isVague(precision) ? 0 : Math.min(6, Math.log2(count) * 1.5));
  const size = Math.max(least, 2 * radius + 4);
  const middle = size / 2;
  const shape = draw("circle", { cx: middle, cy: middle, r: radius, class: `symbol ${precision === "exact" ? "dot" : isVague(precision) ? "vague" : "ring"} ${death}` });
  const drawing = draw("svg", { width: size, height: size, viewBox: `0 0 ${size} ${size}`, "aria-hidden": "true", focusable: "false" });
  // Unknown is hatched wherever it is shown.
  if (death === "unknown" && precision !== "exact") drawing.append(draw("circle", { cx: middle, cy: middle, r: radius, class: "hatched" }));
  drawing.append(shape);
  if (count > 1) {
    const text = draw("text", { x: middle, y: middle, class: "count" });
    text.textContent = String(count);
    drawing.append(text);
  }
  return drawing;
}

/** The short word that stands at a vague symbol. */
export const shortWord: Record<string, string> = {
  admin2: "district", admin1: "province", area: "wider area", country: "country only", water_or_air: "sea or air",
};

/** What the symbols mean, for the key beside the map. */
export const KEY: [string, string][] = [
  ["exact", "exact site"], ["settlement", "a town stands for it"], ["near", PRECISION["near"] as string],
  ["admin1", "somewhere in a wider area: the word at it says whether district, province or country"],
];
