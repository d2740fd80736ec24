/** The address bar is the page's state: the API's own parameters, and `event`, the one whose panel is open. */

/** Not filters: what shapes the table's page, the timeline's steps and which panel is open. */
const VIEW = new Set(["event", "sort", "cursor", "limit", "group_by"]);
const PICKS = new Set(["release", "as_of"]);
/** What shapes an answer of the API, and has no effect on a page that asks for the shapes it needs itself. */
export const SHAPES = new Set(["fields", "total", "format", "cell_degrees"]);

export class Address {
  constructor(readonly parameters: URLSearchParams) {}

  static here(): Address {
    return new Address(new URLSearchParams(location.search));
  }

  get(name: string): string {
    return this.parameters.get(name) ?? "";
  }

  /** Which rows are asked for, of which release; what /events and /stats both take. */
  get question(): URLSearchParams {
    return new URLSearchParams([...this.parameters].filter(([name]) => !VIEW.has(name) && !SHAPES.has(name)));
  }

  /** The names of the filters that are set. */
  get filters(): string[] {
    return [...new Set([...this.parameters.keys()].filter((name) => !VIEW.has(name) && !PICKS.has(name)))];
  }

  /** The release that is asked for, as parameters. */
  get pick(): URLSearchParams {
    return new URLSearchParams([...this.parameters].filter(([name]) => PICKS.has(name)));
  }

  /** The same with some parameters changed; null takes one away. A change of the question begins at the first page. */
  with(changes: Record<string, string | null>): Address {
    const parameters = new URLSearchParams(this.parameters);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null || value === "") parameters.delete(name);
      else parameters.set(name, value);
    }
    const after = new Address(parameters);
    const moved = after.question.toString() !== this.question.toString() || after.get("sort") !== this.get("sort");
    if (moved && !("cursor" in changes)) parameters.delete("cursor");
    return after;
  }

  get text(): string {
    const query = this.parameters.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
    return query ? `?${query}` : "./";
  }
}

/** What an address has to hold for /events: one page of rows. */
export function tableQuestion(address: Address, rows: number): URLSearchParams {
  const asked = address.question;
  if (address.get("sort")) asked.set("sort", address.get("sort"));
  asked.set("limit", address.get("limit") || String(rows));
  if (address.get("cursor")) {
    asked.set("cursor", address.get("cursor"));
    asked.delete("as_of");
    asked.delete("release");
  }
  return asked;
}

type Listener = (now: Address, before: Address | null) => void;
let current = Address.here();
let listener: Listener = () => undefined;

export function whenAddressChanges(listen: Listener): void {
  listener = listen;
  window.addEventListener("popstate", () => move(Address.here()));
  listen(current, null);
}

function move(to: Address): void {
  const before = current;
  current = to;
  listener(to, before);
}

export function here(): Address {
  return current;
}

/** Go on to another state of the page, as by a link. */
export function go(changes: Record<string, string | null>): void {
  const to = current.with(changes);
  if (to.text === current.text) return;
  history.pushState(null, "", to.text);
  move(to);
}

/** Read everything again. */
export function again(): void {
  listener(current, null);
}

/** A link to another state of the page: a click goes there in place, and a new tab or a copied link works as well. */
export function stateLink(changes: Record<string, string | null>, ...content: (Node | string)[]): HTMLAnchorElement {
  const link = document.createElement("a");
  link.href = current.with(changes).text;
  link.append(...content);
  link.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(changes);
  });
  return link;
}
