/** The form of filters. Each field is a parameter of the API, and what the API refuses is said at its field. */
import { ask, addressOf, type Fault, type List } from "./api";
import { type Address, go, here, SHAPES } from "./address";
import { makeCombobox, type Proposal } from "./combobox";
import { announce, byId, fill, h } from "./dom";
import { counted, plain, sentence } from "./words";

const FIELDS = ["country", "date_from", "date_to", "type", "actor", "network", "killed_min", "killed_max", "q", "disputed"];
const TEXTS = ["country", "date_from", "date_to", "actor", "killed_min", "killed_max", "q"];
/** One field for two parameters: types of ACLED's and of UCDP's coding are never on the same event. */
const TYPES: Record<string, string[]> = {
  event_type: [
    "battles", "explosions_remote_violence", "violence_against_civilians", "protests", "riots", "strategic_developments",
  ],
  type_of_violence: ["state_based", "non_state", "one_sided"],
};
const HEADINGS: Record<string, string> = { event_type: "Type, as ACLED names it", type_of_violence: "Type of violence, as UCDP names it" };

interface Country { iso2: string; name: string; names: string[]; events: number }
interface Actor { id: string; name: string; kind: string }

let countries: Promise<Country[]> | null = null;
let form: HTMLFormElement;
const field = (name: string): HTMLInputElement => form.elements.namedItem(name) as HTMLInputElement;

/** Every country that has events; asked for once a release, when somebody begins to choose. */
function listCountries(): Promise<Country[]> {
  const asked = here().pick;
  asked.set("fields", "iso2,name,names,events");
  asked.set("limit", "1000");
  countries ??= ask<List<Country>>(addressOf("countries", asked)).then((answer) => answer.data);
  countries.catch(() => (countries = null));
  return countries;
}

const folded = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

async function proposeCountries(text: string): Promise<Proposal[]> {
  const wanted = folded(text.split(",").at(-1)?.trim() ?? "");
  return (await listCountries())
    .filter((country) => [country.name, country.iso2, ...country.names].some((name) => folded(name).includes(wanted)))
    .sort((one, other) => other.events - one.events)
    .slice(0, 12)
    .map((country) => ({ value: country.name, label: country.name, note: counted(country.events, "event") }));
}

async function proposeActors(text: string): Promise<Proposal[]> {
  const asked = here().pick;
  asked.set("fields", "id,name,kind");
  asked.set("limit", "12");
  asked.set("total", "false");
  const words = text.replace(/[*"]/g, " ").trim();
  // The API finds beginnings of words by three letters or more.
  if (words && words.length < 3) return [];
  if (words) asked.set("q", `${words}*`);
  const answer = await ask<List<Actor>>(addressOf("actors", asked));
  return answer.data.map((actor) => ({ value: actor.id, label: actor.name, note: plain(actor.kind) }));
}

/** Make the form work. Text is taken over on Enter or when a field is left, choices at once. */
export function startFilters(): void {
  form = byId<HTMLFormElement>("filters");
  const select = form.elements.namedItem("type") as HTMLSelectElement;
  for (const [parameter, words] of Object.entries(TYPES)) {
    select.append(h("optgroup", { label: HEADINGS[parameter] ?? parameter },
      words.map((word) => h("option", { value: `${parameter}=${word}` }, sentence(plain(word))))));
  }
  const boxes = [
    makeCombobox(field("country"), proposeCountries, (value) => { field("country").value = value; apply(); }),
    makeCombobox(field("actor"), proposeActors, (value) => { field("actor").value = value; apply(); }),
  ];
  for (const box of boxes) box.field.after(box.list);
  form.addEventListener("submit", (event) => { event.preventDefault(); apply(); });
  form.addEventListener("change", () => apply());
  byId("clear").addEventListener("click", () => clear());
  byId("open-filters").addEventListener("click", () => {
    const isOpen = form.classList.toggle("is-open");
    byId("open-filters").setAttribute("aria-expanded", String(isOpen));
  });
}

function clear(): void {
  const none: Record<string, null> = {};
  for (const name of here().filters) none[name] = null;
  go(none);
  announce("All filters are cleared");
}

/** Take what the form holds over into the address. */
function apply(): void {
  const changes: Record<string, string | null> = {};
  for (const name of TEXTS) changes[name] = field(name).value.trim() || null;
  changes["network"] = field("network").checked && changes["actor"] ? "true" : null;
  changes["disputed"] = field("disputed").checked ? "true" : null;
  // Which has no effect without them, and would be refused.
  if (!changes["date_from"] && !changes["date_to"]) changes["date_mode"] = null;
  const [parameter, word] = (form.elements.namedItem("type") as HTMLSelectElement).value.split("=");
  for (const name of Object.keys(TYPES)) changes[name] = name === parameter ? (word ?? null) : null;
  go(changes);
}

/** Show what the address asks for. */
export function showFilters(address: Address): void {
  // A parameter that is given several times is shown as one list, which asks the same.
  for (const name of TEXTS) field(name).value = address.parameters.getAll(name).join(",");
  field("network").checked = address.get("network") === "true";
  field("network").disabled = !address.get("actor");
  field("disputed").checked = address.get("disputed") === "true";
  showType(address);
  showOthers(address);
  const set = address.filters.length;
  byId("open-filters").textContent = set ? `Filters (${set})` : "Filters";
  byId("clear").hidden = set === 0;
  if (address.get("release") || address.get("as_of")) countries = null;
  showFaults([]);
}

function showType(address: Address): void {
  const select = form.elements.namedItem("type") as HTMLSelectElement;
  for (const option of select.querySelectorAll("option[data-given]")) option.remove();
  const parameter = Object.keys(TYPES).find((name) => address.get(name));
  const value = parameter ? `${parameter}=${address.get(parameter)}` : "";
  if (![...select.options].some((option) => option.value === value)) {
    select.append(h("option", { value, "data-given": true }, plain(address.get(parameter as string))));
  }
  select.value = value;
}

/** Parameters of the address that have no field: each can be taken away. */
function showOthers(address: Address): void {
  const others = address.filters.filter((name) => !FIELDS.includes(name) && !(name in TYPES) || name === "type");
  fill(byId("other-filters"), others.map((name) =>
    h("li", {}, h("code", {}, `${name}=${address.parameters.getAll(name).join(",")}`),
      h("button", { type: "button", class: "plain", onclick: () => go({ [name]: null }) }, "Remove"),
      h("div", { id: `fault-${name}` }, SHAPES.has(name) && h("p", { class: "fault" }, "has no effect on this page")))));
}

/** Say at each field what the API refuses of it, with what it proposes instead. */
export function showFaults(faults: Fault[]): void {
  for (const place of form.querySelectorAll("[id^=fault-]")) {
    if (!SHAPES.has(place.id.replace("fault-", ""))) place.replaceChildren();
  }
  for (const element of form.querySelectorAll("[aria-invalid]")) element.removeAttribute("aria-invalid");
  fill(byId("fault-elsewhere"));
  for (const fault of faults) {
    const name = fault.parameter in TYPES ? "type" : fault.parameter;
    const place = document.getElementById(`fault-${name}`) ?? byId("fault-elsewhere");
    const element = form.elements.namedItem(name);
    if (element instanceof HTMLElement) element.setAttribute("aria-invalid", "true");
    place.append(h("p", { class: "fault" }, `${sentence(fault.parameter)}: ${fault.detail}. `,
      fault.did_you_mean.length > 0 && "Did you mean ",
      fault.did_you_mean.map((proposed) => [
        h("button", { type: "button", class: "plain", onclick: () => take(fault, proposed) }, proposed), " "])));
  }
  if (faults.length) {
    form.classList.add("is-open");
    byId("open-filters").setAttribute("aria-expanded", "true");
  }
}

/** Take a proposal over: another name for the parameter where there is no such one, else another value. */
function take(fault: Fault, proposed: string): void {
  const address = here();
  if (fault.detail.startsWith("there is no such parameter")) {
    go({ [fault.parameter]: null, [proposed]: address.get(fault.parameter) });
    return;
  }
  const values = address.parameters.getAll(fault.parameter).join(",").split(",");
  const wrong = values.find((value) => fault.detail.includes(`'${value.trim()}'`));
  go({ [fault.parameter]: values.length > 1 && wrong ? values.map((value) => (value === wrong ? proposed : value)).join(",") : proposed });
}
