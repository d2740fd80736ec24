/** The map: events as symbols that show how precisely they are placed, or, where they are many, cells of the grid. */
import L from "leaflet";
import { addressOf, ask, type EventRow, isGivenUp, type List, type Place, type Stats, type StatsRow } from "./api";
import { type Address, go, here, stateLink } from "./address";
import { byId, fill, h } from "./dom";
import { Ground } from "./ground";
import { familyName } from "./head";
import { receipt } from "./receipt";
import { failed, settled, waiting } from "./states";
import { type Death, isVague, KEY, radiusOf, shortWord, symbol } from "./symbols";
import { eventLink, figureCell } from "./table";
import { counted, days, fineness, number, placeName, PRECISION, tellingPlaces, totalsWords } from "./words";

/** Up to so many events are drawn one by one. */
const MOST_POINTS = 500;
const MOST_FOCUSABLE = 60;
/** What a finger finds, in pixels. */
const LEAST_TARGET = 24;
const FIELDS = "id,title,is_aggregate,date_start,date_end,date_precision,date_wording,locations,casualties,casualty_claims";

const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const map = L.map("map", {
  zoomControl: false, attributionControl: false, minZoom: 1, maxZoom: 10, zoomSnap: 0.5,
  zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still, inertia: !still,
  maxBounds: [[-85, -220], [85, 220]], scrollWheelZoom: false,
}).setView([25, 15], 2);
L.control.zoom({ position: "topright" }).addTo(map);
// The wheel belongs to the page until somebody has taken hold of the map.
map.on("focus click", () => map.scrollWheelZoom.enable());
map.on("blur", () => map.scrollWheelZoom.disable());
map.getContainer().setAttribute("aria-label", "Map of the events. The table below lists the same events.");
map.getContainer().setAttribute("role", "region");

const ground = new Ground(map);
const symbols = L.layerGroup().addTo(map);

const deathOf = (events: EventRow[]): Death => {
  const figures = events.map((event) => event.casualties["killed"]).filter((figure) => figure?.highest_stated != null || figure?.low != null);
  if (!figures.length) return "unknown";
  return figures.some((figure) => Math.max(figure?.highest_stated ?? 0, figure?.low ?? 0) > 0) ? "killed" : "none";
};

interface Spot { place: Place; events: EventRow[] }

/** Events that are placed alike share one symbol. */
function spotsOf(events: EventRow[]): Spot[] {
  const spots = new Map<string, Spot>();
  for (const event of events) {
    for (const place of tellingPlaces(event.locations)) {
      if (place.latitude === null || place.longitude === null) continue;
      const key = `${place.latitude},${place.longitude},${place.precision}`;
      const spot = spots.get(key) ?? { place, events: [] };
      if (!spot.events.includes(event)) spot.events.push(event);
      spots.set(key, spot);
    }
  }
  // What is vague lies below what is exact.
  return [...spots.values()].sort((one, other) => fineness(other.place.precision) - fineness(one.place.precision));
}

function drawSpots(spots: Spot[]): void {
  symbols.clearLayers();
  drawn = [];
  ground.keepFree(spots.length > 25 ? [] : spots.map(({ place }) => L.latLng(place.latitude as number, place.longitude as number)));
  spots.forEach(({ place, events }, index) => {
    const at: L.LatLngTuple = [place.latitude as number, place.longitude as number];
    const drawing = symbol(place.precision, deathOf(events), events.length, LEAST_TARGET);
    const size = drawing.width.baseVal.value;
    const marker = L.marker(at, {
      icon: L.divIcon({ className: "spot", html: drawing as unknown as HTMLElement, iconSize: [size, size] }),
      zIndexOffset: index * 10,
      title: "", riseOnHover: false,
    });
    const [only] = events;
    const said = `${events.length === 1 && only ? only.title : counted(events.length, "event")}. ${placeName(place)}, ${PRECISION[place.precision]}`;
    marker.bindTooltip(h("span", {}, said), { direction: "top", offset: [0, -Math.min(radiusOf(place.precision), 12)], opacity: 1 });
    const open = (): void => {
      if (events.length === 1 && only) go({ event: only.id });
      else L.popup({ maxWidth: 320, maxHeight: 280 }).setLatLng(at).setContent(listOf(place, events)).openOn(map);
    };
    marker.on("click", open);
    symbols.addLayer(marker);
    marker.getElement()?.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      open();
      map.getContainer().querySelector<HTMLElement>(".leaflet-popup a[data-event]")?.focus();
    });
    if (spots.length <= 25 && isVague(place.precision)) {
      const word = h("span", {}, `${place.name}: ${shortWord[place.precision] ?? place.precision}`);
      symbols.addLayer(L.marker(at, { icon: L.divIcon({ className: "word", html: word, iconSize: [0, 0], iconAnchor: [0, -size / 2 - 8] }), interactive: false, keyboard: false }));
    }
    drawn.push({ marker, said, size, events });
  });
  setReach();
  markOpenSpot();
}

/** Show which symbols stand for the event whose panel is open. */
export function markOpenSpot(id = here().get("event")): void {
  for (const { marker, events } of drawn) marker.getElement()?.classList.toggle("is-open", events.some((event) => event.id === id));
}

/** The symbols that are drawn one by one, from the lowest to the uppermost. */
let drawn: { marker: L.Marker; said: string; size: number; events: EventRow[] }[] = [];

/** Symbols are buttons by keyboard, but for those that others lie on: these are reached by a closer look or the table. */
function setReach(): void {
  const places = drawn.map(({ marker, size }) => ({ at: map.latLngToLayerPoint(marker.getLatLng()), size }));
  drawn.forEach(({ marker, said }, index) => {
    const element = marker.getElement();
    const own = places[index];
    if (!element || !own) return;
    const isCovered = places.slice(index + 1).some(({ at, size }) => {
      const reach = (own.size + size) / 2;
      return Math.abs(at.x - own.at.x) < reach && Math.abs(at.y - own.at.y) < reach;
    });
    const isButton = drawn.length <= MOST_FOCUSABLE && !isCovered;
    for (const [name, value] of Object.entries({ role: "button", tabindex: "0", "aria-label": said })) {
      if (isButton) element.setAttribute(name, value);
      else element.removeAttribute(name);
    }
  });
}

function listOf(place: Place, events: EventRow[]): HTMLElement {
  return h("div", { class: "popup" }, h("p", { class: "of" }, h("bdi", {}, placeName(place)), ", ", PRECISION[place.precision] ?? ""),
    h("ul", {}, events.slice(0, 50).map((event) => h("li", {}, eventLink(event), h("span", { class: "note" }, ` ${days(event)}, killed: `), figureCell(event)))),
    events.length > 50 && h("p", { class: "note" }, `and ${events.length - 50} more: see the table`));
}

const degreesOf = (zoom: number): string => (zoom < 3 ? "5" : zoom < 4.5 ? "2" : zoom < 6 ? "1" : "0.5");
const middleOf = (row: StatsRow): [number, number] => (row.cell as string).split(",").map(Number) as [number, number];

/** One family's cells: circles by how many events lie in a cell. */
function drawCells(rows: StatsRow[]): void {
  symbols.clearLayers();
  drawn = [];
  ground.keepFree([]);
  const most = Math.max(1, ...rows.map((row) => row.events));
  // Circles may touch their neighbours, and no more.
  const wide = (Number(degreesOf(map.getZoom())) * 256 * 2 ** map.getZoom()) / 360;
  const largest = Math.min(28, Math.max(10, wide * 0.75));
  for (const row of [...rows].sort((one, other) => other.events - one.events)) {
    const radius = 2.5 + (largest - 2.5) * Math.sqrt(row.events / most);
    const circle = L.circleMarker(middleOf(row), { radius, className: "cell", bubblingMouseEvents: false });
    circle.bindTooltip(h("span", {}, `${counted(row.events, "event")} in this cell. Killed: ${totalsWords(row.killed)}`), { opacity: 1 });
    circle.on("click", () => map.setView(middleOf(row), Math.min(10, Math.floor(map.getZoom()) + 2)));
    symbols.addLayer(circle);
    if (radius > 4 + 3.5 * number(row.events).length) {
      const icon = L.divIcon({ className: "cell-count", html: h("span", {}, number(row.events)), iconSize: [0, 0] });
      symbols.addLayer(L.marker(middleOf(row), { icon, interactive: false, keyboard: false }));
    }
  }
}

function fit(points: [number, number][]): void {
  if (!points.length) return;
  map.fitBounds(L.latLngBounds(points), { padding: [46, 46], maxZoom: 6, animate: false });
}

let shown: { address: Address; total: number; family: string | null } | null = null;
let asking = new AbortController();

/** Show a question's events; `firstPage` are those that were asked for already. */
export async function showMap(address: Address, total: number, firstPage: EventRow[], signal: AbortSignal): Promise<void> {
  const view = byId("map-view");
  waiting(view);
  shown = null; // what moves meanwhile is no move of the reader's
  void ground.drawOutlines();
  try {
    if (total <= MOST_POINTS) await showPoints(address, total, firstPage, signal);
    else await showManyAnew(address, total, signal);
    settled(view);
  } catch (error) {
    if (!isGivenUp(error)) failed(view, byId("map-note"), error);
  }
}

async function showPoints(address: Address, total: number, firstPage: EventRow[], signal: AbortSignal): Promise<void> {
  const asked = address.question;
  asked.set("fields", FIELDS);
  asked.set("limit", String(MOST_POINTS));
  const request = addressOf("events", asked);
  const events = firstPage.length >= total ? firstPage : (await ask<List<EventRow>>(request, signal)).data;
  if (signal.aborted) return;
  const spots = spotsOf(events);
  fit(spots.map(({ place }) => [place.latitude as number, place.longitude as number]));
  await ground.drawOutlines();
  drawSpots(spots);
  const placed = new Set(spots.flatMap((spot) => spot.events));
  showKey(false);
  showUnplaced(events.filter((event) => !placed.has(event)));
  fill(byId("map-note"), spots.length ? "" : "None of these events has a known point.");
  fill(byId("map-receipt"), receipt(request));
}

/** Events that no point is known of: they are listed, for a map would leave them out without a word. */
function showUnplaced(events: EventRow[]): void {
  fill(byId("unplaced"), events.length > 0 && [
    h("h3", {}, "Not on the map"),
    h("p", { class: "note" }, `${counted(events.length, "event")} without a known point:`),
    h("ul", {}, events.slice(0, 12).map((event) => h("li", {}, eventLink(event)))),
    events.length > 12 && h("p", { class: "note" }, `and ${number(events.length - 12)} more, in the table`)]);
}

async function showManyAnew(address: Address, total: number, signal: AbortSignal): Promise<void> {
  const answer = await askCells(address, "5", null, signal);
  if (signal.aborted) return;
  const families = new Map<string, number>();
  for (const row of answer.data) families.set(row.source_family, (families.get(row.source_family) ?? 0) + row.events);
  const ranked = [...families].sort(([, one], [, other]) => other - one);
  const family = ranked[0]?.[0] ?? null;
  const rows = answer.data.filter((row) => row.cell != null && row.source_family === family);
  fit(rows.flatMap((row) => { const [lat, lon] = middleOf(row); return [[lat - 2, lon - 2], [lat + 2, lon + 2]] as [number, number][]; }));
  await ground.drawOutlines();
  showKey(true);
  const unplaced = answer.data.filter((row) => row.cell == null && row.source_family === family).reduce((sum, row) => sum + row.events, 0);
  fill(byId("unplaced"), unplaced > 0 && [h("h3", {}, "Not on the map"), h("p", { class: "note" }, `${counted(unplaced, "event")} without a known point.`)]);
  await noteFamily(family, ranked.length);
  shown = { address, total, family };
  // The whole world in the coarsest cells is there already.
  if (degreesOf(map.getZoom()) !== "5" || seenBox(5) !== null) return refine();
  drawCells(rows);
  fill(byId("map-receipt"), receipt(cellsAddress(address, "5", null)));
}

async function noteFamily(family: string | null, families: number): Promise<void> {
  if (families < 2 || !family) return fill(byId("map-note"), "");
  fill(byId("map-note"), "The map shows ", h("strong", {}, await familyName(family)), " alone, the family with the most events: families tell of the same incidents, so their circles are never added. ", stateLink({ source: family }, "Only these everywhere"));
}

function askCells(address: Address, degrees: string, bbox: string | null, signal: AbortSignal): Promise<Stats> {
  return ask<Stats>(cellsAddress(address, degrees, bbox), signal);
}

function cellsAddress(address: Address, degrees: string, bbox: string | null, family: string | null = null): string {
  const asked = address.question;
  asked.set("group_by", "cell");
  asked.set("cell_degrees", degrees);
  if (bbox && !asked.has("bbox")) asked.set("bbox", bbox);
  if (family && !asked.has("source")) asked.set("source", family);
  return addressOf("stats", asked);
}

/** What is to be seen, in whole cells, as `bbox` takes it; null where that is nearly all of the world. */
function seenBox(degrees: number): string | null {
  const bounds = map.getBounds();
  if (bounds.getEast() - bounds.getWest() > 180) return null;
  const wrap = (lon: number): number => ((((lon + 180) % 360) + 360) % 360) - 180;
  const down = (value: number): number => Math.floor(value / degrees) * degrees;
  const west = wrap(down(bounds.getWest())), east = wrap(down(bounds.getEast()) + degrees);
  return [west, Math.max(-90, down(bounds.getSouth())), east, Math.min(90, down(bounds.getNorth()) + degrees)].join(",");
}

/** Ask again for what is to be seen now: finer cells, or the events themselves where they are few enough. */
async function refine(): Promise<void> {
  if (!shown) return;
  const { address, family } = shown;
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const view = byId("map-view");
  waiting(view);
  try {
    const degrees = degreesOf(map.getZoom());
    const bbox = seenBox(Number(degrees));
    const request = cellsAddress(address, degrees, bbox, family);
    const answer = await ask<Stats>(request, signal);
    if (bbox && answer.meta.events > 0 && answer.meta.events <= MOST_POINTS) {
      const asked = address.question;
      asked.set("fields", FIELDS);
      asked.set("limit", String(MOST_POINTS));
      if (!asked.has("bbox")) asked.set("bbox", bbox);
      if (family && !asked.has("source")) asked.set("source", family);
      const events = (await ask<List<EventRow>>(addressOf("events", asked), signal)).data;
      showKey(false);
      drawSpots(spotsOf(events));
      fill(byId("map-receipt"), receipt(addressOf("events", asked)));
    } else {
      showKey(true);
      drawCells(answer.data.filter((row) => row.cell != null && row.source_family === (family ?? row.source_family)));
      fill(byId("map-receipt"), receipt(request));
    }
    settled(view);
  } catch (error) {
    if (isGivenUp(error)) return;
    failed(view, byId("map-note"), error);
  }
}

map.on("zoomend", () => { void ground.drawOutlines(); ground.drawNames(); setReach(); });
map.on("moveend", () => { ground.drawNames(); void refine(); });

function showKey(isOfCells: boolean): void {
  const rows = isOfCells
    ? [h("li", {}, h("span", { class: "key-cell" }), h("span", {}, "so many events in a cell of the grid; a closer look shows them one by one"))]
    : [...KEY.map(([precision, words]) => h("li", {}, key(precision, "killed"), h("span", {}, words))),
       h("li", {}, key("admin1", "unknown"), h("span", {}, "hatched: nobody states how many were killed")),
       h("li", {}, key("exact", "none"), h("span", {}, "a source says that no one was killed"))];
  fill(byId("key"), h("h3", {}, isOfCells ? "How to read it" : "How precisely"), h("ul", {}, rows));
}

function key(precision: string, death: Death): HTMLElement {
  const drawing = symbol(precision, death, 1);
  const box = h("span", { class: "key-symbol" });
  const size = Math.min(26, drawing.width.baseVal.value);
  drawing.setAttribute("width", String(size));
  drawing.setAttribute("height", String(size));
  box.append(drawing);
  return box;
}

/** There is no answer to draw. */
export function clearMap(): void {
  shown = null;
  symbols.clearLayers();
  for (const part of ["unplaced", "map-note", "map-receipt"]) fill(byId(part));
  settled(byId("map-view"));
}

/** The room of the map has changed. */
export function resizeMap(): void {
  map.invalidateSize({ animate: false });
}
new ResizeObserver(() => resizeMap()).observe(map.getContainer());
