/** A text field with proposals below it, by the ARIA combobox pattern: arrows, Enter, Escape; free text stays allowed. */
import { announce, fill, h } from "./dom";

export interface Proposal {
  value: string;
  label: string;
  note: string;
}

export interface Combobox {
  field: HTMLInputElement;
  list: HTMLElement;
}

let boxes = 0;

/** `propose` gives what fits a text; `choose` is called with what was picked, or with the text on Enter. */
export function makeCombobox(
  field: HTMLInputElement,
  propose: (text: string) => Promise<Proposal[]>,
  choose: (value: string) => void,
): Combobox {
  const id = `proposals-${++boxes}`;
  const list = h("ul", { id, role: "listbox", class: "proposals", hidden: true, "aria-label": "Proposals" });
  let proposals: Proposal[] = [];
  let at = -1;
  let asked = 0;

  for (const [name, value] of Object.entries({
    role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id,
  })) field.setAttribute(name, value);

  const close = (): void => {
    asked += 1;
    list.hidden = true;
    at = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const pick = (value: string): void => {
    close();
    choose(value);
  };
  const point = (to: number): void => {
    at = to;
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
    list.children[at]?.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", at < 0 ? "" : `${id}-${at}`);
  };
  const open = async (): Promise<void> => {
    const mine = ++asked;
    const found = await propose(field.value.trim()).catch(() => []);
    if (mine !== asked || document.activeElement !== field) return;
    proposals = found;
    at = -1;
    fill(list, proposals.map((proposal, index) =>
      h("li", {
        id: `${id}-${index}`, role: "option", "aria-selected": "false",
        onmousedown: (event: MouseEvent) => { event.preventDefault(); pick(proposal.value); },
      }, h("bdi", {}, proposal.label), h("span", { class: "note" }, proposal.note)),
    ));
    list.hidden = proposals.length === 0;
    field.setAttribute("aria-expanded", String(proposals.length > 0));
    if (field.value) announce(proposals.length ? `${proposals.length} proposals` : "No proposals");
  };

  field.addEventListener("input", () => void open());
  field.addEventListener("focus", () => field.select());
  field.addEventListener("click", () => { if (list.hidden) void open(); });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return void open();
      const step = event.key === "ArrowDown" ? 1 : -1;
      point((at + step + proposals.length) % proposals.length);
    } else if (event.key === "Enter" && at >= 0 && proposals[at]) {
      event.preventDefault();
      pick((proposals[at] as Proposal).value);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  });
  return { field, list };
}
