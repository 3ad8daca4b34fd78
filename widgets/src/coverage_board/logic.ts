// What the board knows without a page: shapes of its traits, dots as paths, the nearest dot, moved quotas.
import type { LabTraits } from "../shared/afm.ts";

/** The interface words, by key: those of labkit/texts/covering.py that begin with `coverage_board.`; a test compares. */
// prettier-ignore
export const WORDS = [
  "title", "details", "subtask", "budget", "summary", "sampled", "map", "map_hint", "regions", "region_cell",
  "column_region", "column_chosen", "column_covered", "column_typical", "opened", "more", "left_out", "no_label",
  "mix", "quotas", "quota", "of", "fixed", "release", "curve", "learn", "stop", "learning", "outdated", "name", "write", "late",
] as const;

export type Word = (typeof WORDS)[number];
export type Words = Record<Word, string>;

/** Whole numbers from 0 to SPAN, one entry per row. */
export interface Places {
  x: number[];
  y: number[];
  region: number[];
}

/** A quota: the label's place (-1 for rows without any), the difficulty, the rows. */
export type Quota = [label: number, difficulty: string, rows: number];
export type Cell = [label: number, difficulty: string, available: number, chosen: number];
export type Region = [number: number, rows: number, chosen: number, covered: number, typical: string];

export interface Wanted {
  subtask: number;
  budget: number;
  /** Weights of easy, boundary and hard. */
  mix: number[];
  quotas: Quota[];
}

export interface Found {
  rows: number;
  value: number;
  before: number | null;
  cells: Cell[];
  /** Which of the places are chosen. */
  held: number[];
  /** Where chosen rows beside the sample lie. */
  beside: Places;
  regions: Region[];
  pool_rows: number;
}

export interface Row {
  id: string;
  labels: string[] | null;
  post: string;
  left_out: number;
  state: string;
  chosen: boolean;
}

export interface Opened {
  region: number;
  found: number;
  rows: Row[];
}

export interface Curve {
  state: "" | "working" | "done";
  done?: number;
  of?: number;
  metric?: string;
  points?: [rows: number, value: number, low: number, high: number][];
  said?: string[];
}

/** The traits of labkit/widgets/coverage_board.py; a test compares them. */
export interface Traits extends LabTraits<Word> {
  subtasks: string[];
  labels: string[];
  difficulties: [name: string, words: string][];
  rated: boolean;
  wanted: Wanted;
  places: Places;
  found: Found;
  region: number;
  opened: Opened;
  curve: Curve;
}

export const SPAN = 1000;
const REACH = 40; // how far from a dot a click still means it

/** Region -> the path that draws its dots, as strokes of no length with round ends; `wanted` says which. */
export function dots(places: Places, wanted: (place: number) => boolean): Map<number, string> {
  const paths = new Map<number, string[]>();
  places.region.forEach((region, place) => {
    if (!wanted(place)) return;
    if (!paths.has(region)) paths.set(region, []);
    paths.get(region)!.push(`M${places.x[place]} ${SPAN - places.y[place]!}h0`);
  });
  return new Map([...paths].map(([region, parts]) => [region, parts.join("")]));
}

/** The region of the dot nearest to a point of the map, or 0 where none is near. */
export function regionAt(places: Places, x: number, y: number): number {
  let [nearest, region] = [REACH ** 2, 0];
  places.region.forEach((of, place) => {
    const distance = (places.x[place]! - x) ** 2 + (SPAN - places.y[place]! - y) ** 2;
    if (distance <= nearest) [nearest, region] = [distance, of];
  });
  return region;
}

/** The quotas after one was moved; undefined releases it. */
export function moved(quotas: Quota[], label: number, difficulty: string, rows: number | undefined): Quota[] {
  const others = quotas.filter(([of, name]) => of !== label || name !== difficulty);
  return rows === undefined ? others : [...others, [label, difficulty, rows]];
}

/** A change of coverage in words, such as " (+0.02)"; "" for one too small to see or where nothing was before. */
export function changed(before: number | null, value: number): string {
  if (before === null || before.toFixed(3) === value.toFixed(3)) return "";
  return ` (${value > before ? "+" : "−"}${Math.abs(value - before).toFixed(3)})`;
}

/** Where a value lies between two ends, 0 to 1; in the middle when the ends are one. */
export function between(value: number, low: number, high: number): number {
  return high > low ? (value - low) / (high - low) : 0.5;
}
