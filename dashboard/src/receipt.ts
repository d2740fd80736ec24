/** Below each view: the request that it shows, to copy, and the same rows to download. */
import { absolute, addressOf, curlOf } from "./api";
import { copyButton, h } from "./dom";
import { number } from "./words";

const MOST_ROWS_OF_XLSX = 50_000;

/** The line with the request; `more` stands after it. */
export function receipt(address: string, ...more: (Node | string)[]): HTMLElement {
  return h("p", { class: "receipt" }, h("span", { class: "method" }, "GET "),
    h("a", { href: absolute(`${address}${address.includes("?") ? "&" : "?"}format=json`) }, h("code", {}, `/${address}`)),
    " ", copyButton("copy as curl", () => curlOf(address)), ...more);
}

/** Links to all rows of a question, in formats that others can open. */
export function downloads(question: URLSearchParams, total: number): HTMLElement {
  const whole = (format: string): string => {
    const asked = new URLSearchParams(question);
    asked.set("format", format);
    asked.set("limit", "all");
    return absolute(addressOf("events", asked));
  };
  const formats = ["csv", "xlsx", "geojson", "parquet"].filter((format) => format !== "xlsx" || total <= MOST_ROWS_OF_XLSX);
  return h("span", { class: "downloads" }, total === 1 ? " The event as " : ` All ${number(total)} events as `,
    formats.flatMap((format, index) => [index ? ", " : "", h("a", { href: whole(format), download: true }, format.toUpperCase())]), ".",
    total > MOST_ROWS_OF_XLSX && " (XLSX holds 50,000 rows at most: narrow the question.)");
}
