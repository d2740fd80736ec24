/** Brings the address, the views and the API together. */
import { addressOf, ask, type EventRow, isGivenUp, type List, Refusal, type Release, type Stats } from "./api";
import { type Address, tableQuestion, whenAddressChanges } from "./address";
import { announce, byId, fill } from "./dom";
import { showFaults, showFilters, startFilters } from "./filters";
import { showFigures, showStandfirst } from "./head";
import { clearMap, markOpenSpot, showMap } from "./map";
import { showPanel, startPanel } from "./panel";
import { receipt } from "./receipt";
import { failed, settled, waiting } from "./states";
import { markOpenRow, ROWS, showTable } from "./table";
import { fittingStep, showTimeline } from "./timeline";
import { counted, number } from "./words";

let asking = new AbortController();
let askingRows = new AbortController();
let releases: Promise<List<Release>> | null = null;

function listReleases(): Promise<List<Release>> {
  releases ??= ask<List<Release>>(addressOf("releases", new URLSearchParams({ fields: "number,published_at,counts,coverage", limit: "1000", total: "false" })));
  releases.catch(() => (releases = null));
  return releases;
}

/** Draw what of the page a change of the address touches. */
function update(address: Address, before: Address | null): void {
  const isSame = (part: (of: Address) => string): boolean => before !== null && part(address) === part(before);
  const isSameQuestion = isSame((of) => of.question.toString());
  if (!isSameQuestion) {
    asking.abort();
    asking = new AbortController();
    showFilters(address);
  }
  if (!isSameQuestion || !isSame((of) => [of.get("sort"), of.get("cursor"), of.get("limit")].join())) {
    askingRows.abort();
    askingRows = new AbortController();
    void showRows(address, !isSameQuestion, asking.signal, askingRows.signal);
  }
  if (!isSameQuestion || !isSame((of) => of.get("group_by"))) void showTimes(address, asking.signal);
  void showPanel(address, before);
  markOpenRow(address.get("event"));
  markOpenSpot(address.get("event"));
}

async function showRows(address: Address, isNewQuestion: boolean, signal: AbortSignal, ofRows: AbortSignal): Promise<void> {
  const view = byId("table-view");
  waiting(view);
  const request = addressOf("events", tableQuestion(address, ROWS));
  const releasesAsked = listReleases(); // beside the rows, not after them
  releasesAsked.catch(() => undefined);
  try {
    const answer = await ask<List<EventRow>>(request, ofRows);
    showTable(address, answer, request);
    settled(view);
    const total = answer.meta.total ?? answer.data.length;
    byId("matching").textContent = counted(total, "event");
    // That families stand apart is said below their sums already.
    const warnings = answer.meta.warnings.filter((warning) => !warning.startsWith("source families"));
    fill(byId("warnings"), warnings.map((warning) => Object.assign(document.createElement("li"), { textContent: warning })));
    byId("coverage").textContent = answer.meta.coverage.note;
    byId("cite").textContent = answer.meta.cite_as;
    announce(`${number(total)} events match`);
    void releasesAsked.then((list) => showStandfirst(list, answer.meta)).catch(() => undefined);
    if (isNewQuestion) await showMap(address, total, address.get("cursor") ? [] : answer.data, signal);
  } catch (error) {
    if (isGivenUp(error)) return;
    refused(error);
    failed(view, byId("table"), error);
    for (const part of ["pages", "table-receipt"]) fill(byId(part));
    if (isNewQuestion) clearMap();
    byId("matching").textContent = "No answer";
  }
}

async function showTimes(address: Address, signal: AbortSignal): Promise<void> {
  const view = byId("timeline-view");
  waiting(view);
  const addressBy = (step: string): string => {
    const asked = address.question;
    asked.set("group_by", step);
    return addressOf("stats", asked);
  };
  try {
    const byYear = await ask<Stats>(addressBy("year"), signal);
    await showFigures(address, byYear, signal);
    const step = fittingStep(address, byYear);
    const answer = step === "year" ? byYear : await ask<Stats>(addressBy(step), signal);
    await showTimeline(answer, step, signal);
    fill(byId("timeline-receipt"), receipt(addressBy(step)));
    settled(view);
  } catch (error) {
    if (isGivenUp(error)) return;
    fill(byId("figures"));
    failed(view, byId("timeline"), error);
  }
}

/** A refusal is said where it belongs: at the fields. */
function refused(error: unknown): void {
  if (error instanceof Refusal) {
    showFaults(error.faults);
    announce(error.detail);
  }
}

function showConnection(): void {
  byId("offline").hidden = navigator.onLine;
}

startFilters();
startPanel();
window.addEventListener("online", showConnection);
window.addEventListener("offline", showConnection);
showConnection();
whenAddressChanges(update);
