/** What of one event differs between releases, by asking for it as it stood in each. */
import { addressOf, ask, type EventDocument, type Item, type List, Refusal, type Release } from "./api";
import { h } from "./dom";
import { onLongDay, plain } from "./words";

/** So many releases are asked for at once; a button asks for those before. */
const AT_ONCE = 6;
/** What says where the document stands rather than what it says. */
const NOT_COMPARED = new Set(["cite_as", "links"]);

interface Difference { path: string; old: unknown; new: unknown }

/** The differences of two values, path by path; lists of things with an id are matched by it. */
export function differences(old: unknown, now: unknown, path = ""): Difference[] {
  if (JSON.stringify(old) === JSON.stringify(now)) return [];
  if (isObject(old) && isObject(now)) {
    return [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((name) => path || !NOT_COMPARED.has(name))
      .flatMap((name) => differences(old[name], now[name], path ? `${path}.${name}` : name));
  }
  if (Array.isArray(old) && Array.isArray(now) && [...old, ...now].every((each) => isObject(each) && typeof each["id"] === "string")) {
    const by = (list: unknown[]): Record<string, unknown> => Object.fromEntries(list.map((each) => [(each as { id: string }).id, each]));
    return differences(by(old), by(now), path);
  }
  return [{ path, old, new: now }];
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

function told(value: unknown): string {
  if (value === undefined) return "not there";
  if (value === null) return "unknown";
  if (isObject(value)) return String(value["wording"] ?? value["quote"] ?? value["name"] ?? value["id"] ?? JSON.stringify(value));
  return typeof value === "string" ? value : JSON.stringify(value);
}

async function stateIn(id: string, release: number, signal: AbortSignal): Promise<EventDocument | null> {
  try {
    return (await ask<Item<EventDocument>>(addressOf(`events/${encodeURIComponent(id)}`, new URLSearchParams({ release: String(release) })), signal)).data;
  } catch (error) {
    if (error instanceof Refusal && [404, 410].includes(error.status)) return null;
    throw error;
  }
}

/** The event's history up to a release, newest first, into a list. */
export async function showPast(place: HTMLElement, id: string, newest: number, signal: AbortSignal): Promise<void> {
  const releases = (await ask<List<Release>>(addressOf("releases", new URLSearchParams({ fields: "number,published_at", limit: "1000", total: "false" })), signal)).data
    .filter((release) => release.number <= newest);
  const list = h("ol", { class: "past" });
  place.replaceChildren(list);
  let at = 0;
  const more = h("button", { type: "button", class: "plain", onclick: () => void goOn() }, "Look further back");
  const goOn = async (): Promise<void> => {
    const chunk = releases.slice(at, at + AT_ONCE + 1);
    const states = await Promise.all(chunk.map((release) => stateIn(id, release.number, signal)));
    for (let index = 0; index < Math.min(AT_ONCE, chunk.length); index++) {
      const release = chunk[index] as Release;
      const now = states[index], before = index + 1 < chunk.length ? states[index + 1] : null;
      const said = entry(now ?? null, before ?? null);
      if (said.length) list.append(h("li", {}, h("p", { class: "of" }, `Release ${release.number}, ${onLongDay(release.published_at)}`), said));
    }
    at += AT_ONCE;
    more.remove();
    if (at < releases.length) place.append(more);
    else if (list.children.length === 1) list.after(h("p", { class: "note" }, "It has not changed since."));
  };
  await goOn();
}

function entry(now: EventDocument | null, before: EventDocument | null): HTMLElement[] {
  if (!before) return now ? [h("p", {}, "First published.")] : [];
  if (!now) return [h("p", {}, "Withdrawn.")];
  return differences(before, now).slice(0, 40).map(({ path, old, new: to }) =>
    h("p", { class: "difference" }, h("span", { class: "of" }, plain(path.replaceAll(".", " › "))), " ",
      h("del", { dir: "auto" }, told(old)), " → ", h("ins", { dir: "auto" }, told(to))));
}
