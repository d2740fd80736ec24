// What a person writes with a client that openapi-typescript made: list, page, get, and read what is refused.
// The address of a server is its first argument; what it found is printed as JSON.
import createClient from "openapi-fetch";
import type { components, paths } from "./api.ts";

type EventList = components["schemas"]["EventList"];
type Event = components["schemas"]["EventDocument"];
type Problem = components["schemas"]["ProblemDocument"];

declare const process: { argv: string[] };
const baseUrl = process.argv[2] ?? "";
// Of the formats that an answer may have, these are the ones that are typed here.
const client = createClient<paths, "application/json" | "application/problem+json">({ baseUrl });

async function walk(country: string[]): Promise<Event[]> {
  const found: Event[] = [];
  let cursor: string | null = null;
  do {
    const query = { country, limit: 2, sort: "-killed" as const, ...(cursor === null ? {} : { cursor }) };
    const { data, error } = await client.GET("/events", { params: { query } });
    if (error) throw new Error(error.detail);
    const page: EventList = data;
    found.push(...page.data);
    const next = page.links.next;
    cursor = next === null ? null : new URL(next, baseUrl).searchParams.get("cursor");
  } while (cursor !== null);
  return found;
}

function shown(problem: Problem | undefined) {
  return problem && { type: problem.type, status: problem.status, errors: problem.errors };
}

async function main() {
  const events = await walk(["iraq", "SYR"]);
  const low = events.map((event) => event.casualties.killed?.low ?? null);
  const first = events[0];
  if (!first) throw new Error("there is no event");
  const one = await client.GET("/events/{id}", { params: { path: { id: first.id }, query: { release: 1 } } });
  const stats = await client.GET("/stats", { params: { query: { group_by: ["country", "month"] } } });
  const text = await client.GET("/events", { params: { query: { format: "csv", limit: 1 } }, parseAs: "text" });

  // @ts-expect-error  The types know no such parameter, and no such event type.
  const wrong = await client.GET("/events", { params: { query: { county: "iraq", event_type: ["battle"] } } });
  const missing = await client.GET("/events/{id}", { params: { path: { id: "no-such-event" } } });
  const gone = await client.GET("/events/{id}", { params: { path: { id: process.argv[3] ?? "" } } });
  // @ts-expect-error  A figure may be unknown: it cannot be added up unseen.
  const sum = () => events.reduce((before, event) => before + event.casualties.killed.best, 0);

  console.log(
    JSON.stringify({
      ids: events.map((event) => event.id),
      low,
      quotes: events.flatMap((event) => event.citations.map((citation) => citation.quote)),
      one: one.data?.data.title,
      release: one.data?.meta.release,
      stats: stats.data?.data.map((row) => [row.country, row.month, row.source_family, row.killed.low]),
      csv: String(text.data).split(",")[0],
      wrong: shown(wrong.error),
      missing: shown(missing.error),
      gone: shown(gone.error),
      unused: typeof sum,
    }),
  );
}

await main();
