/** The rows, page by page. It says all that the map says, to those who read or hear rather than look. */
import { absolute, addressOf, type EventRow, type List } from "./api";
import { type Address, go, here, stateLink } from "./address";
import { byId, fill, h } from "./dom";
import { downloads, receipt } from "./receipt";
import { days, figureWords, number, placeName, PRECISION, tellingPlaces } from "./words";

export const ROWS = 25;

/** A figure as a table and a list show it: what is unknown is hatched, and is never a number. */
export function figureCell(event: Pick<EventRow, "casualties">): HTMLElement {
  const killed = event.casualties["killed"];
  const words = figureWords(killed);
  if (words === null) return h("span", { class: "unknown" }, "unknown");
  return h("span", { class: "figure" }, words,
    killed?.disputed && h("span", { class: "tag disputed" }, "disputed"),
    killed?.status_disputed && h("span", { class: "tag disputed" }, "status disputed"));
}

/** A link that opens an event's panel; as an address of its own it leads to the event's page. */
export function eventLink(event: Pick<EventRow, "id" | "title">): HTMLAnchorElement {
  const pick = here().pick;
  const link = h("a", { href: absolute(addressOf(`events/${encodeURIComponent(event.id)}`, pick)), "data-event": event.id, dir: "auto" }, event.title);
  link.addEventListener("click", (click) => {
    if (click.metaKey || click.ctrlKey || click.shiftKey || click.altKey) return;
    click.preventDefault();
    go({ event: event.id });
  });
  return link;
}

function places(event: EventRow): HTMLElement[] {
  const telling = tellingPlaces(event.locations);
  if (!telling.length) return [h("span", { class: "unknown" }, "place unknown")];
  return telling.map((place) => h("span", { class: "place" }, h("bdi", {}, placeName(place)),
    h("span", { class: "note" }, PRECISION[place.precision] ?? place.precision, place.latitude === null && ", no point known")));
}

function claimants(event: EventRow): HTMLElement {
  const claims = event.casualty_claims.filter((claim) => claim.outcome === "killed");
  if (!claims.length) return h("span", { class: "note" }, "no claim");
  const names = [...new Set(claims.map((claim) => claim.claimant?.name ?? (claim.reporting === "hedged" ? "no one named, hedged" : "the source itself")))];
  const wording = claims.length === 1 ? claims[0]?.wording : null;
  return h("span", {}, wording && h("span", { class: "wording", dir: "auto" }, `“${wording}” `), h("bdi", { class: "note" }, names.slice(0, 2).join("; ")),
    names.length > 2 && h("span", { class: "note" }, ` and ${names.length - 2} more`));
}

function row(event: EventRow): HTMLElement {
  const cell = (label: string, ...content: (Node | string | null | false | undefined)[]): HTMLElement =>
    h("td", { role: "cell", "data-label": label }, ...content);
  return h("tr", { role: "row", class: here().get("event") === event.id ? "is-open" : null, "data-row": event.id },
    cell("Date", h("span", { class: "date" }, days(event)),
      !event.date_start && event.date_wording && h("span", { class: "note", dir: "auto" }, `“${event.date_wording}”`)),
    h("th", { role: "rowheader", scope: "row" }, eventLink(event),
      event.is_aggregate && h("span", { class: "tag" }, "many incidents")),
    cell("Place", ...places(event)),
    cell("Killed", figureCell(event)),
    cell("Who says so", claimants(event)));
}

function heading(label: string, down: string, up: string): HTMLElement {
  const sort = here().get("sort") || "-date";
  const isSorted = sort === down || sort === up;
  const to = sort === down ? up : down;
  return h("th", { role: "columnheader", scope: "col", "aria-sort": isSorted ? (sort === down ? "descending" : "ascending") : null },
    h("button", { type: "button", class: "sorts", "data-sort": down, onclick: () => go({ sort: to === "-date" ? null : to }) },
      label, h("span", { "aria-hidden": "true", class: "arrow" }, isSorted ? (sort === down ? "↓" : "↑") : "↕")));
}

/** Show a page of rows. */
export function showTable(address: Address, answer: List<EventRow>, asked: string): void {
  const plainHeading = (label: string): HTMLElement => h("th", { role: "columnheader", scope: "col" }, label);
  const table = h("table", { role: "table" },
    h("caption", { class: "only-heard" }, "Events that match, one a row"),
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" },
      heading("Date", "-date", "date"), plainHeading("Event"), plainHeading("Place"), heading("Killed", "-killed", "killed"), plainHeading("Who says so"))),
    h("tbody", { role: "rowgroup" }, answer.data.map(row)));
  const focused = document.activeElement?.closest("[data-sort]")?.getAttribute("data-sort");
  fill(byId("table"), answer.data.length ? table : nothing(answer));
  if (focused) document.querySelector<HTMLElement>(`#table [data-sort="${focused}"]`)?.focus();
  fill(byId("pages"), pages(address, answer));
  fill(byId("table-receipt"), receipt(asked, downloads(address.question, answer.meta.total ?? 0)));
}

/** No rows. What is not here may have happened, and the page says so in the API's own words. */
function nothing(answer: List<EventRow>): HTMLElement {
  return h("div", { class: "nothing" },
    h("p", {}, h("strong", {}, "No events here match.")),
    h("p", {}, "That does not mean that nothing happened. ", answer.meta.coverage.note));
}

function pages(address: Address, answer: List<EventRow>): HTMLElement[] {
  const said: HTMLElement[] = [];
  if (answer.meta.total !== null && answer.data.length) {
    const rows = answer.data.length === answer.meta.total ? `All ${number(answer.meta.total)}` : `${number(answer.data.length)} of ${number(answer.meta.total)}`;
    said.push(h("span", { class: "note" }, `${rows} events on this page`));
  }
  if (address.get("cursor")) {
    const back = stateLink({ cursor: null }, "First page");
    said.push(back);
  }
  if (answer.links.next) {
    const cursor = new URL(absolute(answer.links.next)).searchParams.get("cursor");
    const next = stateLink({ cursor }, "Next page");
    next.rel = "next";
    next.addEventListener("click", () => byId("table").scrollIntoView({ block: "start" }));
    said.push(next);
  }
  return said;
}

/** Mark the row whose panel is open. */
export function markOpenRow(id: string): void {
  for (const marked of document.querySelectorAll("tr.is-open")) marked.classList.remove("is-open");
  if (id) document.querySelector(`tr[data-row="${CSS.escape(id)}"]`)?.classList.add("is-open");
}
