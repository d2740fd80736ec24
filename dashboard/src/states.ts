/** What a view shows where it has nothing to show: that it waits, that nothing was found, or that it failed. */
import { Refusal } from "./api";
import { again, stateLink } from "./address";
import { fill, h } from "./dom";

/** Mark a view as waiting, without taking away what it shows, so that nothing jumps. */
export function waiting(view: HTMLElement): void {
  view.setAttribute("aria-busy", "true");
}

export function settled(view: HTMLElement): void {
  view.removeAttribute("aria-busy");
}

/** Say why a view could not be filled, and offer what can be done. */
export function failed(view: HTMLElement, place: HTMLElement, error: unknown): void {
  settled(view);
  const refusal = error instanceof Refusal ? error : new Refusal(-1, "This could not be shown", String(error));
  if (!(error instanceof Refusal)) console.error(error);
  const isTemporary = refusal.status <= 0 || refusal.status >= 500 || refusal.status === 429;
  fill(place, h("div", { class: "failed", role: "alert" },
    h("p", {}, h("strong", {}, `${refusal.title}. `), refusal.detail),
    isTemporary
      ? h("button", { type: "button", onclick: () => again() }, "Try again")
      : h("p", {}, stateLink({ cursor: null }, "Back to the first page"))));
}
