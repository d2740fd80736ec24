/** Says in words what the answers hold in codes. No number is made here that no source states. */
import type { Claim, Count, EventRow, Figure, Place, Totals } from "./api";

const numbers = new Intl.NumberFormat("en-GB");
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const longDay = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

export const number = (value: number): string => numbers.format(value);

export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${number(value)} ${value === 1 ? one : many}`;

/** `explosions_remote_violence` as it is read. */
export const plain = (word: string): string => word.replaceAll("_", " ");
export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const onDay = (text: string): string => day.format(new Date(`${text.slice(0, 10)}T00:00:00Z`));
export const onLongDay = (text: string): string => longDay.format(new Date(`${text.slice(0, 10)}T00:00:00Z`));

/** The days of an event as far as they are known. */
export function days(event: Pick<EventRow, "date_start" | "date_end" | "date_precision">): string {
  const { date_start: start, date_end: end, date_precision: precision } = event;
  if (!start && !end) return "Date unknown";
  if (!start) return `By ${onDay(end as string)}`;
  if (!end) return `From ${onDay(start)}`;
  if (precision === "year" && start.slice(0, 4) === end.slice(0, 4)) return start.slice(0, 4);
  if (start === end) return onDay(start);
  return `${onDay(start)} – ${onDay(end)}`;
}

export const PRECISION: Record<string, string> = {
  exact: "exact site",
  settlement: "a town stands for it",
  near: "within 25 km",
  admin2: "somewhere in the district",
  admin1: "somewhere in the province",
  area: "somewhere in a wider area",
  country: "somewhere in the country",
  water_or_air: "at sea or in the air",
};

const FINENESS = ["exact", "settlement", "near", "admin2", "admin1", "area", "country", "water_or_air"];
export const fineness = (precision: string): number => FINENESS.indexOf(precision);

/** The places to name: a whole country only where nothing within it is named. */
export function tellingPlaces(places: Place[]): Place[] {
  return places.filter(
    (place) =>
      place.precision !== "country" ||
      !places.some((other) => other.precision !== "country" && other.country?.iso2 === place.country?.iso2),
  );
}

export function placeName(place: Place): string {
  const country = place.country?.name;
  return country && country !== place.name ? `${place.name}, ${country}` : place.name;
}

/** The figure that the rule derives, in words that a bound cannot be mistaken in; null where no number is stated. */
export function figureWords(figure: Figure | null | undefined): string | null {
  if (!figure) return null;
  const { low, best, high } = figure;
  if (best !== null) {
    if (high !== null && low !== null && (low !== best || high !== best)) {
      const isInOrder = low <= best && best <= high;
      return `${number(best)} (${number(low)}–${number(high)}${isInOrder ? "" : ", as printed"})`;
    }
    return number(best);
  }
  if (low !== null && high !== null) return low === high ? number(low) : `${number(low)} to ${number(high)}`;
  if (low !== null) return `at least ${number(low)}`;
  if (high !== null) return `up to ${number(high)}`;
  return null;
}

/** What the derived figure means, for somebody who has never read the rule. */
export function envelopeWords(figure: Figure): string[] {
  const said: string[] = [];
  if (figure.low !== null) said.push(`No claim in force states fewer than ${number(figure.low)}.`);
  if (figure.best !== null) said.push(`All who offer a number offer ${number(figure.best)}.`);
  else said.push("No single number is offered by all, so none is given as best.");
  if (figure.high !== null) said.push(`No claim in force allows more than ${number(figure.high)}.`);
  else if (figure.basis === "groups") said.push("There is no upper bound: only some groups of victims were counted.");
  else said.push("There is no upper bound: at least one claim leaves it open.");
  return said;
}

/** A sum over events of one source family, in words. */
export function totalsWords(killed: Totals): string {
  if (killed.best === null && killed.low === null) return "no number stated";
  const best = (killed.best ?? killed.low) as number;
  if (killed.high !== null && killed.low !== null) {
    return killed.low === killed.high ? number(best) : `${number(best)} (${number(killed.low)}–${number(killed.high)})`;
  }
  return `${number(best)} or more`;
}

const ROLES: Record<string, string> = {
  initiator: "carried it out",
  target: "was the target",
  side_a: "side A, as the dataset lists it",
  side_b: "side B, as the dataset lists it",
  party: "a party to it, no direction stated",
  affected: "was affected",
  associated: "had to do with it",
};
export const role = (word: string): string => ROLES[word] ?? plain(word);

export function attribution(word: string, by: string | null): string {
  switch (word) {
    case "stated":
      return "stated by the source itself";
    case "claimed":
      return "as it says itself";
    case "acknowledged":
      return "as it acknowledges";
    case "attributed":
      return by ? `according to ${by}` : "according to others";
    case "suspected":
      return by ? `suspected by ${by}` : "suspected";
    case "denied":
      return "denies it";
    default:
      return plain(word);
  }
}

/** Who makes a claim, and on whose word it is read. */
export function speaker(count: Pick<Count, "claimant" | "reporting">): string {
  if (count.claimant) return count.claimant.name;
  return count.reporting === "hedged" ? "No one named" : "The source itself";
}

const REPORTING: Record<string, string> = {
  own_voice: "in the source’s own voice",
  attributed: "quoted by the source",
  hedged: "hedged by the source",
};
export const reporting = (word: string): string => REPORTING[word] ?? plain(word);

const WITHOUT_NUMBER: Record<string, string> = {
  vague: "no number stated",
  unknown: "unknown",
  none_reported: "none reported, which is not zero",
};

/** Why a count has no place on a scale; null where it has one. */
export function withoutNumber(count: Pick<Count, "qualifier" | "low" | "high" | "value">): string | null {
  if (count.low !== null || count.high !== null || count.value !== null) return null;
  return WITHOUT_NUMBER[count.qualifier] ?? "no number stated";
}

const told = (value: number | null): string => (value === null ? "?" : number(value));

/** A count in full, for those who do not see the drawing. */
export function countInWords(count: Pick<Count, "qualifier" | "low" | "high" | "value">): string {
  const none = withoutNumber(count);
  if (none) return none;
  const { qualifier, value, low, high } = count;
  switch (qualifier) {
    case "exact":
    case "coded":
      return told(value);
    case "about":
      return `about ${told(value)}`;
    case "at_least":
    case "more_than":
      return `${told(low)} or more, no upper bound`;
    case "at_most":
    case "fewer_than":
      return `${told(high)} or fewer, no lower bound`;
    default:
      return `${value === null ? "" : `${number(value)}, `}from ${told(low)} to ${told(high)}`;
  }
}

export function victims(claim: Claim): string {
  const { description, status, scope } = claim.victims;
  const who = description ?? (scope === "all" ? "people" : "a group");
  return status === "unknown" || status === "mixed" ? who : `${who} (${plain(status)})`;
}
