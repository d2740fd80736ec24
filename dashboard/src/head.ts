/** The lines at the top: what this is, what it rests on, which release, and what the question's events come to. */
import { addressOf, ask, type List, type Meta, type Release, type Stats, type StatsRow, type Totals } from "./api";
import { type Address, go, here, stateLink } from "./address";
import { byId, fill, h } from "./dom";
import { counted, number, onLongDay, totalsWords } from "./words";

const KNOWN: Record<string, string> = { "ucdp-ged": "UCDP GED", acled: "ACLED" };
const titles = new Map<string, Promise<string>>();

interface Source { id: string; title: string; publisher: string | null }

/** How a source family is called where people read it. */
export function familyName(family: string): Promise<string> {
  const known = KNOWN[family];
  if (known) return Promise.resolve(known);
  let title = titles.get(family);
  if (!title) {
    const asked = new URLSearchParams({ source: family, fields: "id,title,publisher", limit: "1", total: "false" });
    title = ask<List<Source>>(addressOf("sources", asked)).then(({ data: [source] }) =>
      source ? (source.publisher ?? source.title) : family);
    title.catch(() => titles.delete(family));
    titles.set(family, title);
  }
  return title;
}

/** What the whole release rests on. */
export function showStandfirst(releases: List<Release>, meta: Meta): void {
  const release = releases.data.find((each) => each.number === meta.release);
  const counts = release?.counts;
  fill(byId("standfirst"),
    counts && [h("strong", {}, counted(counts.events, "event")), " and ", h("strong", {}, counted(counts.casualty_claims, "casualty claim")),
      ", resting on ", h("strong", {}, counted(meta.coverage.sources, "source")), ". "],
    "Every number keeps the words it was reported in, who said it and where. What nobody knows is hatched; it is never zero.");
  const pinned = here().get("release") || here().get("as_of");
  const select = h("select", { id: "release", "aria-label": "Release" },
    h("option", { value: "" }, "the newest"),
    releases.data.map((each) => h("option", { value: each.number }, `${each.number}, of ${onLongDay(each.published_at)}`)));
  select.value = here().get("release");
  select.addEventListener("change", () => go({ release: select.value || null, as_of: null, cursor: null }));
  fill(byId("release-line"),
    h("span", {}, `Release ${meta.release}, ${onLongDay(meta.as_of)}. `),
    pinned
      ? h("span", {}, "This view is pinned to it. ", stateLink({ release: null, as_of: null, cursor: null }, "See the newest"))
      : stateLink({ release: String(meta.release), cursor: null }, "Pin this view to it"),
    " ", h("label", { class: "inline" }, "Show release ", select));
}

/** The sums of a question by source family. */
export interface FamilySum {
  family: string;
  events: number;
  killed: Totals;
}

/** Add up the rows of one family at a time: families tell of the same incidents, and are never added together. */
export function sumByFamily(rows: StatsRow[]): FamilySum[] {
  const sums = new Map<string, FamilySum>();
  for (const row of rows) {
    const sum = sums.get(row.source_family);
    if (!sum) {
      sums.set(row.source_family, { family: row.source_family, events: row.events, killed: { ...row.killed } });
      continue;
    }
    // An empty step in time says nothing of a bound: its null is no unknown number.
    if (row.events === 0) continue;
    const before = sum.events;
    sum.events += row.events;
    sum.killed = before === 0 ? { ...row.killed } : added(sum.killed, row.killed);
  }
  return [...sums.values()].filter((sum) => sum.events > 0).sort((one, other) => other.events - one.events);
}

function added(one: Totals, other: Totals): Totals {
  const known = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : a + b);
  return {
    low: known(one.low, other.low),
    best: known(one.best, other.best),
    best_from_low: one.best_from_low + other.best_from_low,
    // Null as soon as one of them is: an open end stays open.
    high: one.high === null || other.high === null ? null : one.high + other.high,
    open_ended: one.open_ended + other.open_ended,
    unknown: one.unknown + other.unknown,
    disputed: one.disputed + other.disputed,
    left_out: one.left_out + other.left_out,
    not_allocated: one.not_allocated + other.not_allocated,
  };
}

/** One line a source family, never a line for all. */
export async function showFigures(address: Address, answer: Stats, signal: AbortSignal): Promise<void> {
  const sums = sumByFamily(answer.data);
  const names = await Promise.all(sums.map((sum) => familyName(sum.family).catch(() => sum.family)));
  if (signal.aborted) return;
  fill(byId("figures"), sums.map((sum, index) => {
    const { killed } = sum;
    const stating = sum.events - killed.unknown - killed.left_out - killed.not_allocated;
    const only = sums.length > 1 && !address.get("source");
    const killedWords = stating > 0 ? ` killed, in the ${counted(stating, "event")} that state a number` : " on the killed";
    return h("div", { class: "sum" },
      h("p", { class: "of" }, h("bdi", {}, names[index] ?? sum.family), only && [" ", stateLink({ source: sum.family, cursor: null }, "only these")]),
      h("p", {}, h("span", { class: "big" }, number(sum.events)), sum.events === 1 ? " event" : " events"),
      h("p", { class: "dead" }, h("span", { class: "big" }, totalsWords(killed)), killedWords),
      h("p", {}, killed.unknown > 0 && [h("span", { class: "unknown big" }, number(killed.unknown)), " where the number is unknown. "],
        killed.disputed > 0 && [h("span", { class: "tag disputed" }, number(killed.disputed)), " with claims that exclude one another"]));
  }));
  byId("apart").hidden = sums.length < 2;
}
