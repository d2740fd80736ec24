/** Asks the public API, and nothing else. Shapes are those of /openapi.json, as far as the page reads them. */

export interface Figure {
  low: number | null;
  best: number | null;
  high: number | null;
  highest_stated: number | null;
  basis: "total" | "groups" | null;
  claims: number;
  disputed: boolean;
  status_disputed: boolean;
}

export interface Named {
  id: string;
  name: string;
}

export interface Count {
  wording: string;
  value: number | null;
  qualifier: string;
  low: number | null;
  high: number | null;
  claimant: (Named & { is_party: boolean }) | null;
  reporting: string;
  citations: string[];
}

export interface Claim extends Count {
  id: string;
  outcome: string;
  victims: { scope: string; description: string | null; status: string };
  claimed_on: string | null;
  standing: string;
}

export interface Place {
  id: string;
  name: string;
  kind: string;
  admin1: string | null;
  country: { iso2: string; iso3: string; name: string } | null;
  latitude: number | null;
  longitude: number | null;
  precision: string;
  citations: string[];
}

export interface Involvement extends Named {
  kind: string;
  role: string;
  attribution: string;
  attributed_by: Named | null;
  wording: string | null;
  citations: string[];
}

export interface Citation {
  id: string;
  source: { id: string; title: string; publisher: string | null; published_on: string | null; url: string | null };
  locator: string | null;
  quote: string | null;
  supports: string[];
  text_fragment_url: string | null;
}

/** What the map and the table ask of an event. */
export interface EventRow {
  id: string;
  title: string;
  is_aggregate: boolean;
  date_start: string | null;
  date_end: string | null;
  date_precision: string;
  date_wording: string | null;
  locations: Place[];
  casualties: Record<string, Figure | null>;
  casualty_claims: Claim[];
}

export interface EventDocument extends EventRow {
  summary: string | null;
  part_of: string | null;
  parts: string[];
  in_response_to: string | null;
  event_type: string | null;
  sub_event_type: string | null;
  type_of_violence: string | null;
  conflict: Named | null;
  actors: Involvement[];
  reported_counts: (Count & { measure: string })[];
  citations: Citation[];
  dataset: Record<string, unknown> | null;
  review_status: string[];
  links: { self: string; original: string | null };
  cite_as?: string;
}

export interface Meta {
  release: number;
  as_of: string;
  returned: number;
  total: number | null;
  cite_as: string;
  coverage: { sources: number; note: string };
  warnings: string[];
  filters_applied: Record<string, unknown>;
}

export interface List<Row> {
  data: Row[];
  meta: Meta;
  links: { self: string; next: string | null; permalink: string };
}

export interface Item<Row> {
  data: Row;
  meta: { release: number; as_of: string; cite_as: string };
  links: { self: string; permalink: string };
}

export interface Totals {
  low: number | null;
  best: number | null;
  best_from_low: number;
  high: number | null;
  open_ended: number;
  unknown: number;
  disputed: number;
  left_out: number;
  not_allocated: number;
}

export interface StatsRow {
  source_family: string;
  events: number;
  killed: Totals;
  year?: number | null;
  month?: string | null;
  week?: string | null;
  cell?: string | null;
}

export interface Stats {
  data: StatsRow[];
  meta: Meta & { events: number };
}

export interface Release {
  number: number;
  published_at: string;
  counts: { events: number; casualty_claims: number; sources: number };
  coverage: { sources: number; note: string };
}

export interface Fault {
  parameter: string;
  detail: string;
  did_you_mean: string[];
}

/** The API's refusal (RFC 9457), or that it does not answer: then `status` is 0. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly faults: Fault[] = [],
  ) {
    super(`${title}: ${detail}`);
  }
}

/** An address of the API as it stands after its root, in the order in which the parameters were given. */
export function addressOf(path: string, parameters: URLSearchParams): string {
  const query = parameters.toString().replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("+", "%20");
  return query ? `${path}?${query}` : path;
}

/** Where that is from here: the API's root is where the page is, under whatever address a proxy puts it. */
export function absolute(address: string): string {
  return new URL(address.replace(/^\//, ""), document.baseURI).href;
}

export function curlOf(address: string): string {
  return `curl -s '${absolute(address).replaceAll("'", "%27")}'`;
}

/** The answer as JSON. Throws Refusal; a request that was given up throws AbortError. */
export async function ask<Answer>(address: string, signal?: AbortSignal): Promise<Answer> {
  let answer: Response;
  try {
    answer = await fetch(absolute(address), { headers: { accept: "application/json" }, ...(signal ? { signal } : {}) });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refusal(0, "The API does not answer", navigator.onLine ? "The server cannot be reached." : "This computer is offline.");
  }
  if (answer.ok) return (await answer.json()) as Answer;
  throw await refusalOf(answer);
}

async function refusalOf(answer: Response): Promise<Refusal> {
  try {
    const problem = (await answer.json()) as { title: string; detail: string; errors?: Fault[] };
    return new Refusal(answer.status, problem.title, problem.detail, problem.errors ?? []);
  } catch {
    return new Refusal(answer.status, `The server answers ${answer.status}`, "What it says is not the API's.");
  }
}

export function isGivenUp(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
