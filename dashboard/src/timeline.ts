/** The timeline: events by year, month or week, one chart a source family. */
import * as Plot from "@observablehq/plot";
import type { Stats, StatsRow } from "./api";
import { type Address, go, stateLink } from "./address";
import { byId, fill, h } from "./dom";
import { familyName, sumByFamily } from "./head";
import { counted, number, onDay, totalsWords } from "./words";

export type Step = "year" | "month" | "week";
const STEPS: Step[] = ["year", "month", "week"];
const MOST_STEPS = 400;

interface Bucket {
  start: Date;
  end: Date;
  row: StatsRow;
  label: string;
}

/** Steps that leave between some ten and some hundred bars. */
export function fittingStep(address: Address, byYear: Stats): Step {
  const asked = address.get("group_by") as Step;
  if (STEPS.includes(asked)) return asked;
  const years = byYear.data.filter((row) => row.events > 0 && row.year != null).map((row) => row.year as number);
  if (!years.length) return "year";
  const span = Math.max(...years) - Math.min(...years) + 1;
  const from = Date.parse(address.get("date_from")), to = Date.parse(address.get("date_to"));
  if (span <= 2 && to - from < 200 * 86_400_000) return "week";
  return span <= 8 ? "month" : "year";
}

function bucketOf(row: StatsRow, step: Step): Bucket | null {
  const value = row[step];
  if (value === null || value === undefined) return null;
  if (step === "year") return { start: new Date(Date.UTC(Number(value), 0)), end: new Date(Date.UTC(Number(value) + 1, 0)), row, label: String(value) };
  if (step === "month") {
    const [year = NaN, month = NaN] = String(value).split("-").map(Number);
    const label = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" }).format(Date.UTC(year, month - 1));
    return { start: new Date(Date.UTC(year, month - 1)), end: new Date(Date.UTC(year, month)), row, label };
  }
  const [year = NaN, week = NaN] = String(value).split("-W").map(Number);
  const fourth = new Date(Date.UTC(year, 0, 4)); // which is always in the first ISO week
  const start = new Date(fourth.getTime() + ((week - 1) * 7 - ((fourth.getUTCDay() + 6) % 7)) * 86_400_000);
  return { start, end: new Date(start.getTime() + 7 * 86_400_000), row, label: `week of ${onDay(start.toISOString())}` };
}

const iso = (date: Date): string => date.toISOString().slice(0, 10);
/** The filters that show a bucket alone. */
const within = (bucket: Bucket): Record<string, string> => ({
  date_from: iso(bucket.start), date_to: iso(new Date(bucket.end.getTime() - 86_400_000)), date_mode: "start",
});

const without = (row: StatsRow): number => row.killed.unknown;

function tip(bucket: Bucket): string {
  const { row } = bucket;
  const unknown = row.killed.unknown ? `\n${number(row.killed.unknown)} with an unknown number` : "";
  return `${bucket.label}\n${counted(row.events, "event")}\nkilled: ${totalsWords(row.killed)}${unknown}`;
}

function chart(buckets: Bucket[], measure: "events" | "killed", width: number, domain: [Date, Date]): Element {
  const inset = buckets.length > 120 ? 0 : 0.5;
  const across = { x1: "start", x2: "end", insetLeft: inset, insetRight: inset } as const;
  const bar = (y1: (bucket: Bucket) => number, y2: (bucket: Bucket) => number, fillWith: string): Plot.Markish =>
    Plot.rectY(buckets, { ...across, y1, y2, fill: fillWith });
  const highest = (bucket: Bucket): number => Math.max(bucket.row.killed.best ?? 0, bucket.row.killed.high ?? 0);
  const top = Math.max(1, ...buckets.map((bucket) => (measure === "events" ? bucket.row.events : highest(bucket))));
  const ranged = buckets.filter(({ row: { killed } }) => killed.low !== null && killed.high !== null && killed.low !== killed.high);
  const middle = (bucket: Bucket): Date => new Date((bucket.start.getTime() + bucket.end.getTime()) / 2);
  const marks: Plot.Markish[] = measure === "events"
    ? [bar(() => 0, (b) => b.row.events - without(b.row), "var(--ink-soft)"),
       bar((b) => b.row.events - without(b.row), (b) => b.row.events, "url(#hatch)"),
       Plot.rectY(buckets.filter((b) => without(b.row) > 0), { ...across, y1: (b: Bucket) => b.row.events - without(b.row), y2: (b: Bucket) => b.row.events, fill: "none", stroke: "var(--unknown)", strokeWidth: 0.75 })]
    : [Plot.rectY(buckets.filter((b) => b.row.killed.best !== null), { ...across, y1: 0, y2: (b: Bucket) => b.row.killed.best as number, fill: "var(--killed)" }),
       buckets.length <= 130 ? Plot.ruleX(ranged, { x: middle, y1: (b: Bucket) => b.row.killed.low as number, y2: (b: Bucket) => b.row.killed.high as number, stroke: "var(--ink)", strokeWidth: 1 }) : null];
  return Plot.plot({
    className: "plot", width, height: measure === "events" ? 128 : 128, marginLeft: 52, marginRight: 8, marginTop: 26, marginBottom: measure === "events" ? 8 : 36,
    x: { type: "utc", domain, axis: measure === "events" ? null : "bottom", label: null, ticks: Math.max(3, Math.round(width / 110)) },
    y: { domain: [0, top], nice: true, ticks: 3, grid: true, label: null, tickFormat: (value: number) => (Number.isInteger(value) ? number(value) : "") },
    marks: [
      Plot.text([measure === "events" ? "Events" : "Killed"], { frameAnchor: "top-left", dy: -26, dx: -52, textAnchor: "start", fill: measure === "events" ? "var(--ink-soft)" : "var(--killed)", fontWeight: "600" }),
      ...marks,
      Plot.ruleY([0], { stroke: "var(--ink-soft)" }),
      Plot.tip(buckets, Plot.pointerX({ x: middle, y: (b: Bucket) => (measure === "events" ? b.row.events : (b.row.killed.best ?? 0)), title: tip, fill: "var(--raised)", stroke: "var(--rule)" })),
    ],
  });
}

/** The same as rows with links, for those who do not point. */
function asRows(buckets: Bucket[], step: Step): HTMLElement {
  const full = buckets.filter((bucket) => bucket.row.events > 0);
  return h("table", { class: "steps" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, step), h("th", { scope: "col" }, "events"), h("th", { scope: "col" }, "killed"), h("th", { scope: "col" }, "number unknown"))),
    h("tbody", {}, full.slice(-MOST_STEPS).reverse().map((bucket) => h("tr", {},
      h("th", { scope: "row" }, stateLink(within(bucket), bucket.label)), h("td", {}, number(bucket.row.events)),
      h("td", {}, bucket.row.killed.best === null ? h("span", { class: "unknown" }, "unknown") : totalsWords(bucket.row.killed)),
      h("td", {}, number(bucket.row.killed.unknown))))));
}

function undatedNote(rows: StatsRow[], step: Step): string {
  const undated = rows.filter((row) => row[step] === null).reduce((sum, row) => sum + row.events, 0);
  return undated ? `${counted(undated, "event")} without a known first day ${undated === 1 ? "is" : "are"} not on the timeline. ` : "";
}

let redraw: () => void = () => undefined;
let drawnWidth = 0;
new ResizeObserver(() => {
  if (Math.abs(byId("timeline").clientWidth - drawnWidth) > 4) redraw();
}).observe(byId("timeline"));

/** Draw a family's charts below one another, on the same days. */
export async function showTimeline(answer: Stats, step: Step, signal: AbortSignal): Promise<void> {
  const sums = sumByFamily(answer.data);
  const names = await Promise.all(sums.map((sum) => familyName(sum.family).catch(() => sum.family)));
  if (signal.aborted) return;
  const families = sums.map((sum, index) => ({
    name: names[index] ?? sum.family,
    buckets: answer.data.filter((row) => row.source_family === sum.family).map((row) => bucketOf(row, step)).filter((bucket) => bucket !== null),
  })).filter((family) => family.buckets.some((bucket) => bucket.row.events > 0));
  const every = families.flatMap((family) => family.buckets);
  const domain: [Date, Date] = [new Date(Math.min(...every.map((b) => b.start.getTime()))), new Date(Math.max(...every.map((b) => b.end.getTime())))];

  fill(byId("steps"), h("span", { class: "note" }, "By "), STEPS.map((each) => [
    h("button", { type: "button", class: "plain", "aria-pressed": String(each === step), onclick: () => go({ group_by: each }) }, each), " "]));
  byId("timeline-note").textContent = undatedNote(answer.data, step);
  fill(byId("timeline-rows"), families.map((family) => [families.length > 1 && h("h3", {}, family.name), asRows(family.buckets, step)]));

  redraw = () => {
    const place = byId("timeline");
    if (place.clientWidth < 100) return; // there is no room to draw in, as while the page goes away
    drawnWidth = place.clientWidth;
    if (!families.length) return fill(place, h("p", { class: "nothing" }, "There is nothing with a known date to draw."));
    fill(place, families.map((family) => {
      const events = family.buckets.reduce((sum, bucket) => sum + bucket.row.events, 0);
      const charts = (["events", "killed"] as const).map((measure) => {
        const drawn = chart(family.buckets, measure, drawnWidth, domain);
        drawn.addEventListener("click", () => {
          const bucket = (drawn as Element & { value?: Bucket }).value;
          if (bucket) go(within(bucket));
        });
        return drawn;
      });
      return h("figure", { class: "family" },
        h("figcaption", {}, families.length > 1 && family.name,
          h("span", { class: "only-heard" }, ` Timeline of ${counted(events, "event")} by ${step}. The rows below it say the same.`)),
        h("div", { "aria-hidden": "true" }, charts));
    }));
  };
  redraw();
}
