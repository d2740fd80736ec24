/** The panel of one event: its claims side by side on one scale, each with who says it, the quote and the source. */
import {
  absolute, addressOf, ask, type Citation, type Claim, type Count, type EventDocument, type Figure, isGivenUp, type Item, Refusal,
} from "./api";
import { type Address, go, here, stateLink } from "./address";
import { announce, byId, copyButton, fill, h } from "./dom";
import { showPast } from "./past";
import { rangeMark, scaleAxis, scaleEnd } from "./ranges";
import { receipt } from "./receipt";
import {
  attribution, countInWords, days, envelopeWords, figureWords, onDay, placeName, plain, PRECISION, reporting, role, sentence, speaker, victims,
} from "./words";

const OUTCOMES: [string, string][] = [
  ["killed", "Killed"], ["injured", "Injured"], ["detained", "Detained"], ["abducted", "Abducted"], ["missing", "Missing"],
];

let asking = new AbortController();
let opener: string | null = null;
const isNarrow = matchMedia("(max-width: 899px)");

/** Open the panel of the address's event, or close it where there is none. */
export async function showPanel(address: Address, before: Address | null): Promise<void> {
  const id = address.get("event");
  const panel = byId("panel");
  const asked = `${id}?${address.pick}`;
  if (before && asked === `${before.get("event")}?${before.pick}`) return;
  asking.abort();
  if (!id) return close(panel, before);
  asking = new AbortController();
  const { signal } = asking;
  const wasOpen = !panel.hidden;
  if (!wasOpen) opener = id;
  panel.hidden = false;
  document.body.classList.add("has-panel");
  hold();
  if (!wasOpen || before) fill(byId("panel-body"), h("p", { class: "note" }, "Loading the event"));
  const request = addressOf(`events/${encodeURIComponent(id)}`, address.pick);
  try {
    const answer = await ask<Item<EventDocument>>(request, signal);
    fill(byId("panel-body"), ...content(answer, request, signal));
    drawMarks();
    byId("panel").scrollTop = 0;
    if (before) byId("panel-title").focus();
    announce(`${answer.data.title}: the panel is open`);
  } catch (error) {
    if (isGivenUp(error)) return;
    if (!(error instanceof Refusal)) throw error;
    fill(byId("panel-body"), h("h2", { id: "panel-title", tabindex: "-1" }, error.title), h("p", {}, error.detail),
      error.status <= 0 && h("button", { type: "button", onclick: () => void showPanel(here(), null) }, "Try again"));
    byId("panel-title").focus();
  }
}

/** On a narrow screen the panel covers the page, which is then out of reach until it is closed. */
function hold(): void {
  const isOpen = !byId("panel").hidden;
  for (const part of [byId("skip"), byId("masthead"), byId("main"), byId("foot")]) part.toggleAttribute("inert", isOpen && isNarrow.matches);
  document.body.classList.toggle("is-covered", isOpen && isNarrow.matches);
  byId("panel").setAttribute("aria-modal", String(isOpen && isNarrow.matches));
}
isNarrow.addEventListener("change", hold);

function close(panel: HTMLElement, before: Address | null): void {
  if (panel.hidden) return;
  panel.hidden = true;
  document.body.classList.remove("has-panel");
  hold();
  fill(byId("panel-body"));
  const was = before?.get("event") || opener;
  const back = was ? document.querySelector<HTMLElement>(`#main [data-event="${CSS.escape(was)}"]`) : null;
  (back ?? byId("events-heading")).focus();
}

export function startPanel(): void {
  byId("close").addEventListener("click", () => go({ event: null }));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !byId("panel").hidden && !event.defaultPrevented) go({ event: null });
  });
  new ResizeObserver(drawMarks).observe(byId("panel-body"));
}

/** Marks wait as empty places until their width is known. */
const drawings = new WeakMap<Element, (width: number) => Element>();
function mark(drawing: (width: number) => Element, kind = "strip"): HTMLElement {
  const place = h("div", { class: kind });
  drawings.set(place, drawing);
  return place;
}
function drawMarks(): void {
  for (const place of byId("panel-body").querySelectorAll(".strip, .axis")) {
    const width = place.clientWidth;
    const drawing = drawings.get(place);
    if (!drawing || !width || place.getAttribute("data-width") === String(width)) continue;
    place.setAttribute("data-width", String(width));
    fill(place, drawing(width));
  }
}

function content(answer: Item<EventDocument>, request: string, signal: AbortSignal): (Node | string)[] {
  const event = answer.data;
  const cited = new Map(event.citations.map((citation) => [citation.id, citation]));
  const kinds = [event.event_type, event.sub_event_type, event.type_of_violence].filter((kind) => kind !== null).map(plain);
  const past = h("div", {});
  const details = h("details", {}, h("summary", {}, "What differs between releases"), past);
  details.addEventListener("toggle", () => {
    if (!details.open || past.hasChildNodes()) return;
    past.append(h("p", { class: "note" }, "Asking for earlier releases"));
    showPast(past, event.id, answer.meta.release, signal).catch((error: unknown) => {
      if (!isGivenUp(error)) fill(past, h("p", { class: "fault" }, String(error)));
    });
  });
  return [
    h("p", { class: "kicker" }, kinds.length ? sentence(kinds.join(" / ")) : "No type is coded", event.is_aggregate ? " · many incidents in one record" : ""),
    h("h2", { id: "panel-title", tabindex: "-1", dir: "auto" }, event.title),
    h("p", { class: "when" }, days(event), event.date_wording ? h("span", { class: "note", dir: "auto" }, ` as reported: “${event.date_wording}”`) : ""),
    event.summary ? h("p", { dir: "auto" }, event.summary) : "",
    larger(event),
    ...OUTCOMES.map(([outcome, heading]) => claimsOf(event, outcome, heading, cited)),
    countsOf(event, cited),
    section("Where", h("ul", { class: "plain-list" }, event.locations.length ? event.locations.map((place) => h("li", {}, h("bdi", {}, placeName(place)),
      h("span", { class: "note" }, ` ${PRECISION[place.precision] ?? place.precision}${place.latitude === null ? ", no point known" : ""}`))) : h("li", {}, h("span", { class: "unknown" }, "place unknown")))),
    section("Who", h("ul", { class: "plain-list" }, event.actors.map((actor) => involvement(actor, cited)))),
    sourcesOf(event),
    h("section", {}, details),
    section("Cite and reuse",
      h("p", { class: "cite" }, event.cite_as ?? answer.meta.cite_as, " ", copyButton("copy", () => event.cite_as ?? answer.meta.cite_as)),
      receipt(request),
      h("p", { class: "links" }, h("a", { href: absolute(addressOf(`events/${encodeURIComponent(event.id)}`, here().pick)) }, "A page of its own"), " · ",
        h("a", { href: absolute(answer.links.permalink) }, `As of release ${answer.meta.release}, for ever`),
        event.links.original ? [" · ", h("a", { href: absolute(event.links.original) }, "The dataset’s own record")].map((part) => part) : "")),
  ].flat() as (Node | string)[];
}

const section = (heading: string, ...content: (Node | string)[]): HTMLElement => h("section", {}, h("h3", {}, heading), ...content);

function larger(event: EventDocument): HTMLElement | string {
  const links: (Node | string)[] = [];
  if (event.part_of) links.push("Part of ", toEvent(event.part_of), ". ");
  if (event.parts.length) links.push("Its parts: ", ...event.parts.flatMap((part, index) => [index ? ", " : "", toEvent(part)]), ". ");
  if (event.in_response_to) links.push("In response to ", toEvent(event.in_response_to), ".");
  return links.length ? h("p", { class: "note larger" }, ...links) : "";
}

function toEvent(id: string): HTMLElement {
  const link = stateLink({ event: id }, id);
  link.dir = "auto";
  ask<Item<{ title: string }>>(addressOf(`events/${encodeURIComponent(id)}`, here().pick)).then((answer) => (link.textContent = answer.data.title)).catch(() => undefined);
  return link;
}

function receiptOf(row: { citations: string[] }, cited: Map<string, Citation>): HTMLElement[] {
  return row.citations.map((id) => cited.get(id)).filter((citation) => citation !== undefined).filter((citation, index) => citation.quote || index === 0)
    .slice(0, 3).map((citation) => h("div", { class: "quoted" },
      citation.quote && h("blockquote", { dir: "auto" }, `“${citation.quote}”`), h("p", { class: "source" }, ...sourceLine(citation))));
}

function sourceLine(citation: Citation): (Node | string)[] {
  const { source } = citation;
  const link = citation.text_fragment_url ?? source.url;
  const title = h("bdi", {}, source.title);
  return [link ? h("a", { href: link, rel: "external noopener" }, title) : title,
    source.publisher ? `, ${source.publisher}` : "", source.published_on ? `, ${onDay(source.published_on)}` : "", citation.locator ? ` (${citation.locator})` : ""];
}

/** All claims of one outcome: on one scale, those in force first, and below them what the rule makes of them. */
function claimsOf(event: EventDocument, outcome: string, heading: string, cited: Map<string, Citation>): HTMLElement | string {
  const claims = event.casualty_claims.filter((claim) => claim.outcome === outcome);
  const figure = event.casualties[outcome] ?? null;
  if (!claims.length) {
    return outcome === "killed" ? section(heading, h("p", {}, h("span", { class: "unknown" }, "unknown"), " No source here states how many were killed. That is not zero.")) : "";
  }
  const ordered = [...claims].sort((one, other) => Number(one.standing !== "in_force") - Number(other.standing !== "in_force"));
  const end = scaleEnd([...claims, ...(figure ? [{ ...envelopeCount(figure) }] : [])]);
  const hasNumber = claims.some((claim) => claim.low !== null || claim.high !== null || claim.value !== null);
  return h("section", { class: "claims", "data-outcome": outcome }, h("h3", {}, heading, h("span", { class: "note" }, ` ${claims.length === 1 ? "one claim" : `${claims.length} claims`}`)),
    figure && disagreement(figure, ordered),
    hasNumber && mark((width) => scaleAxis(width, end), "axis"),
    h("ul", { class: "scale" }, ordered.map((claim) => claimRow(claim, end, outcome === "killed" ? "var(--killed)" : "var(--ink)", cited)),
      figure && envelopeRow(figure, end)));
}

function claimRow(claim: Claim, end: number, colour: string, cited: Map<string, Citation>): HTMLElement {
  const isInForce = claim.standing === "in_force";
  return h("li", { class: isInForce ? "claim" : "claim is-over" },
    h("p", { class: "who" }, h("bdi", {}, speaker(claim)), claim.claimant?.is_party && h("span", { class: "tag" }, "a party to this event"),
      !isInForce && h("span", { class: "tag" }, plain(claim.standing)), h("span", { class: "note" }, ` ${reporting(claim.reporting)}`)),
    h("p", { class: "said" }, h("span", { class: "wording", dir: "auto" }, `“${claim.wording}”`), ` ${victims(claim)}`, h("span", { class: "only-heard" }, `: ${countInWords(claim)}`)),
    mark((width) => rangeMark(claim, width, end, isInForce ? colour : "var(--unknown)")),
    ...receiptOf(claim, cited));
}

const envelopeCount = (figure: Figure): Pick<Count, "qualifier" | "low" | "high" | "value"> => ({ qualifier: "envelope", low: figure.low, high: figure.high, value: figure.best });

function envelopeRow(figure: Figure, end: number): HTMLElement {
  return h("li", { class: "envelope" },
    h("p", { class: "who" }, "Taken together: ", h("strong", {}, figureWords(figure) ?? "no number")),
    mark((width) => rangeMark(envelopeCount(figure), width, end, "var(--ink)", true)),
    h("p", { class: "note" }, envelopeWords(figure).join(" "), " ", h("a", { href: absolute("methodology") }, "The rule, in full"), "."));
}

function disagreement(figure: Figure, claims: Claim[]): HTMLElement | null {
  if (!figure.disputed && !figure.status_disputed) return null;
  const said = claims.filter((claim) => claim.standing === "in_force").map((claim) => `${speaker(claim)}: “${claim.wording}”`).join("; ");
  return h("p", { class: "disagreement" }, h("strong", {}, figure.disputed ? "Disputed. " : "Who the victims were is disputed. "),
    figure.disputed ? `These claims exclude one another (${said}). They are shown as they were made, none is picked.` : `The claimants differ on that (${said}).`);
}

/** Other numbers: each measure on a scale of its own, for two measures are never compared. */
function countsOf(event: EventDocument, cited: Map<string, Citation>): HTMLElement | string {
  if (!event.reported_counts.length) return "";
  const measures = Map.groupBy(event.reported_counts, (count) => count.measure);
  return section("Other numbers, each on a scale of its own", ...[...measures].map(([measure, counts]) => {
    const end = scaleEnd(counts);
    const hasNumber = counts.some((count) => count.low !== null || count.high !== null || count.value !== null);
    return h("div", { class: "claims" }, h("h4", {}, sentence(plain(measure))), hasNumber && mark((width) => scaleAxis(width, end), "axis"),
      h("ul", { class: "scale" }, counts.map((count) => h("li", { class: "claim" },
        h("p", { class: "who" }, h("bdi", {}, speaker(count)), count.claimant?.is_party && h("span", { class: "tag" }, "a party to this event"), h("span", { class: "note" }, ` ${reporting(count.reporting)}`)),
        h("p", { class: "said" }, h("span", { class: "wording", dir: "auto" }, `“${count.wording}”`), h("span", { class: "only-heard" }, `: ${countInWords(count)}`)),
        mark((width) => rangeMark(count, width, end, "var(--ink)")), ...receiptOf(count, cited)))));
  }));
}

function involvement(actor: EventDocument["actors"][number], cited: Map<string, Citation>): HTMLElement {
  const isDenied = actor.attribution === "denied";
  return h("li", { class: isDenied ? "denial" : null }, h("strong", {}, h("bdi", {}, actor.name)),
    isDenied ? h("span", {}, h("span", { class: "tag" }, "denial"), " denies any part in it") : ` ${role(actor.role)}, ${attribution(actor.attribution, actor.attributed_by?.name ?? null)}`,
    actor.wording && h("details", {}, h("summary", {}, "quote"), ...receiptOf(actor, cited)));
}

function sourcesOf(event: EventDocument): HTMLElement {
  const sources = new Map(event.citations.map((citation) => [citation.source.id, citation]));
  return section("Sources", h("ul", { class: "plain-list" }, [...sources.values()].map((citation) =>
    h("li", {}, ...sourceLine({ ...citation, locator: null, text_fragment_url: citation.source.url ? null : citation.text_fragment_url })))));
}
