/** What lies below the events: outlines of countries by Natural Earth, and their names where there is room. */
import L from "leaflet";
import { feature } from "topojson-client";
import type { Topology } from "topojson-specification";
import type { FeatureCollection, Geometry } from "geojson";

declare const OUTLINES: Record<"110m" | "50m", string>;

interface Label { name: string; at: L.LatLng; width: number }

const LAND = { interactive: false, style: { className: "land" } };
/** How far a name stays from what stands there already, in pixels. */
const APART = { x: 80, y: 52 };

export class Ground {
  private readonly outlines = L.layerGroup();
  private readonly names = L.layerGroup();
  private drawn = "";
  private labels: Label[] = [];
  private taken: L.LatLng[] = [];

  constructor(private readonly map: L.Map) {
    map.createPane("names").style.zIndex = "450";
    this.outlines.addTo(map);
    this.names.addTo(map);
  }

  /** Coarse outlines for the world, finer ones for a closer look; what is drawn finely stays. */
  async drawOutlines(): Promise<void> {
    const scale = this.map.getZoom() < 3.5 ? "110m" : "50m";
    if (this.drawn === scale || this.drawn === "50m") return;
    this.drawn = scale;
    const answer = await fetch(new URL(`demo/${OUTLINES[scale]}`, document.baseURI));
    if (!answer.ok) return;
    const world = (await answer.json()) as Topology;
    const { features } = feature(world, world.objects["countries"] as never) as unknown as FeatureCollection<Geometry, { name: string }>;
    const countries = features.filter(({ properties }) => properties.name !== "Antarctica").map((country) => ({ ...country, geometry: unbroken(country.geometry) }));
    const beyond = countries.filter(({ geometry }) => ringsOf(geometry).flat().some(([lon = 0]) => lon > 180));
    this.outlines.clearLayers();
    this.outlines.addLayer(L.geoJSON(countries as never, LAND as L.GeoJSONOptions));
    // What reaches over the antimeridian is seen at both edges.
    const again = { ...LAND, coordsToLatLng: ([lon = 0, lat = 0]: number[]) => L.latLng(lat, lon - 360) };
    this.outlines.addLayer(L.geoJSON(beyond as never, again as L.GeoJSONOptions));
    this.labels = countries.map(({ geometry, properties }) => labelOf(geometry, properties.name)).filter((label) => label !== null);
    this.drawNames();
  }

  /** Leave names out where symbols with words of their own stand. */
  keepFree(points: L.LatLng[]): void {
    this.taken = points;
    this.drawNames();
  }

  drawNames(): void {
    this.names.clearLayers();
    const pixelsPerDegree = (256 * 2 ** this.map.getZoom()) / 360;
    const seen = this.map.getBounds().pad(0.2);
    for (const { name, at, width } of this.labels) {
      if (width * pixelsPerDegree < name.length * 8.5 || !seen.contains(at) || this.isTaken(at)) continue;
      const text = document.createElement("span");
      text.textContent = name;
      const icon = L.divIcon({ className: "country-name", html: text, iconSize: [0, 0] });
      this.names.addLayer(L.marker(at, { icon, interactive: false, keyboard: false, pane: "names" }));
    }
  }

  private isTaken(at: L.LatLng): boolean {
    const own = this.map.latLngToContainerPoint(at);
    return this.taken.some((other) => {
      const apart = this.map.latLngToContainerPoint(other).subtract(own);
      return Math.abs(apart.x) < APART.x && Math.abs(apart.y) < APART.y;
    });
  }
}

const ringsOf = (geometry: Geometry): number[][][] =>
  geometry.type === "Polygon" ? geometry.coordinates : geometry.type === "MultiPolygon" ? geometry.coordinates.flat() : [];

/** The same shape with rings that go on beyond 180 degrees, where they would jump to the other edge of the map. */
function unbroken(geometry: Geometry): Geometry {
  for (const ring of ringsOf(geometry)) {
    if (!ring.some(([lon = 0], at) => at > 0 && Math.abs(lon - (ring[at - 1]?.[0] ?? lon)) > 180)) continue;
    for (const point of ring) if ((point[0] as number) < 0) point[0] = (point[0] as number) + 360;
  }
  return geometry;
}

/** A name in the middle of a country's largest piece of land, and how wide that is in degrees. */
function labelOf(geometry: Geometry, name: string): Label | null {
  const pieces = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.type === "MultiPolygon" ? geometry.coordinates : [];
  let largest: { area: number; label: Label } | null = null;
  for (const [ring = []] of pieces) {
    let area = 0, x = 0, y = 0;
    for (let at = 0; at + 1 < ring.length; at++) {
      const [x1 = 0, y1 = 0] = ring[at] as number[], [x2 = 0, y2 = 0] = ring[at + 1] as number[];
      const part = x1 * y2 - x2 * y1;
      area += part; x += (x1 + x2) * part; y += (y1 + y2) * part;
    }
    if (!area || (largest && Math.abs(area) <= largest.area)) continue;
    const across = ring.map(([lon = 0]) => lon);
    largest = { area: Math.abs(area), label: { name, at: L.latLng(y / (3 * area), x / (3 * area)), width: Math.max(...across) - Math.min(...across) } };
  }
  return largest?.label ?? null;
}
