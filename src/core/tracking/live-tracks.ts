import type { Detection, DetectionSet } from "../../shared/domain/detection.ts";
import type { FrameHeader } from "../../shared/domain/frame.ts";
import type { CountingFrame } from "../../shared/domain/session.ts";
import { isCounted } from "../counting/counting-rule.ts";
import { applyAffine } from "../geometry/affine.ts";
import { centreOf } from "../geometry/box.ts";
import { imageFromStage, type PlacedFrame, stageBoxOf } from "../geometry/stage-from-image.ts";
import { commonShift } from "./common-shift.ts";

/** What of a frame the tracks need. */
export type TrackedFrame = PlacedFrame & Pick<FrameHeader, "frameId" | "settled">;

/** Cells of a running live view, each counted once however long it stays in view. */
export interface LiveTracks {
  /** Takes in what was found on one more frame. Frames of a moving stage are left out: their place is not sure. */
  add(set: Pick<DetectionSet, "detections">, frame: TrackedFrame, countingFrame: CountingFrame): void;
  /** Tracks found at least twice inside the counting frame, by class. */
  counts(): Readonly<Record<string, number>>;
  /** Frames taken in since the start. */
  frames(): number;
  /** Forgets everything: another specimen. */
  restart(): void;
}

/** Found so often, a track is a cell and not a flicker of the analyzer. */
const CONFIRMED_SIGHTINGS = 2;
/** A detection belongs to a track when their centres are nearer than this share of the smaller size: touching cells are a whole size apart. */
const SAME_CELL_SIZES = 0.5;
/** Without a stage a track is forgotten when it was not found on so many frames in turn: its place has no meaning any more. */
const FORGET_AFTER = 5;

interface Place {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

interface Track {
  place: Place;
  /** Sightings inside the counting frame, by class. */
  votes: Map<string, number>;
  /** The class it counts as; undefined while too few sightings say anything. */
  classId: string | undefined;
  lastSeen: number;
}

/**
 * Nearest-neighbour tracking. With a stage and a scale, cells are held in stage coordinates and known again when the
 * stage comes back. Without, they are held in the picture: the shift that most cells share since the last frame (a slide
 * moved by hand) is taken off first. Where the place is lost for a while (a stage that is unplugged) cells in view go on in the
 * picture, and all are known again by their place when it is told again.
 */
export function createLiveTracks(): LiveTracks {
  let tracks: Track[] = [];
  let counts: Record<string, number> = {};
  let frames = 0;
  /** The last frame that was placed; undefined while places are in the picture. */
  let placedFrame: TrackedFrame | undefined;
  /** Tracks that wait for the stage, with their places on it and what was found of them so far. */
  let waiting = new Map<Track, Pick<Track, "place" | "votes">>();

  const restart = (): void => {
    tracks = [];
    counts = {};
    frames = 0;
    waiting = new Map();
  };
  const recount = (track: Track): void => {
    const before = track.classId;
    track.classId = classOf(track);
    if (before === track.classId) return;
    if (before !== undefined) counts[before] = (counts[before] ?? 0) - 1;
    if (track.classId !== undefined) counts[track.classId] = (counts[track.classId] ?? 0) + 1;
  };
  const vote = (track: Track, classId: string): void => {
    track.votes.set(classId, (track.votes.get(classId) ?? 0) + 1);
    recount(track);
  };
  const revote = (track: Track, votes: ReadonlyMap<string, number>): void => {
    track.votes = new Map(votes);
    recount(track);
  };
  /**
   * The stage tells places again, and its word decides: a track that waits is as it was, unless it was followed in the picture to its own
   * place. What came into view meanwhile has its first place now, or is a cell that waits and was counted anew.
   */
  const takeBack = (set: Pick<DetectionSet, "detections">, frame: TrackedFrame, places: readonly Place[]): void => {
    const inView = set.detections.map((detection) => placeOf(detection, frame, false));
    follow(tracks, inView);
    const followed = nearestPairs(tracks, inView);
    for (const [track, { place }] of waiting) track.place = place;
    const atPlace = nearestPairs([...waiting.keys()], places);
    const cameAlong = new Set([...followed].filter(([i, track]) => atPlace.get(i) === track).map(([, track]) => track));
    for (const [track, { votes }] of waiting) if (!cameAlong.has(track)) revote(track, votes);
    tracks = [...waiting.keys()];
    places.forEach((place, i) => {
      const track = followed.get(i);
      if (track === undefined || waiting.has(track)) return;
      if (atPlace.has(i)) revote(track, new Map());
      else tracks.push(Object.assign(track, { place }));
    });
    waiting = new Map();
  };
  return {
    add: (set, frame, countingFrame) => {
      if (!frame.settled && frame.stagePositionUm !== undefined) return;
      const onStage = frame.stagePositionUm !== undefined && frame.pixelSizeUm !== undefined;
      if (!onStage && placedFrame !== undefined) {
        waiting = new Map(tracks.map((track) => [track, { place: track.place, votes: new Map(track.votes) }]));
        tracks = inPicture(tracks.filter(({ lastSeen }) => lastSeen === frames), placedFrame, frame);
      }
      const isBackOnStage = onStage && placedFrame === undefined;
      placedFrame = onStage ? frame : undefined;
      frames += 1;
      const found = set.detections.map((detection) => ({ detection, place: placeOf(detection, frame, onStage) }));
      if (isBackOnStage) takeBack(set, frame, found.map(({ place }) => place));
      if (!onStage) follow(tracks, found.map(({ place }) => place));
      const known = nearestPairs(tracks, found.map(({ place }) => place));
      found.forEach(({ detection, place }, i) => {
        const track = known.get(i) ?? { place, votes: new Map<string, number>(), classId: undefined, lastSeen: frames };
        if (!known.has(i)) tracks.push(track);
        track.place = place;
        track.lastSeen = frames;
        if (isCounted(detection.box, frame, countingFrame)) vote(track, detection.classId);
      });
      if (!onStage) tracks = tracks.filter((track) => frames - track.lastSeen <= FORGET_AFTER);
    },
    counts: () => Object.fromEntries(Object.entries(counts).filter(([, n]) => n > 0)),
    frames: () => frames,
    restart,
  };
}

/** The class most sightings name, the first by name where several do; undefined while too few say anything. */
function classOf({ votes }: Track): string | undefined {
  const total = [...votes.values()].reduce((sum, n) => sum + n, 0);
  if (total < CONFIRMED_SIGHTINGS) return undefined;
  return [...votes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0];
}

function placeOf({ box }: Detection, frame: TrackedFrame, onStage: boolean): Place {
  const { x, y, width, height } = (onStage ? stageBoxOf(frame, box) : undefined) ?? { ...box, ...centreOf(box) };
  return { x, y, size: Math.min(width, height) };
}

/** Tracks at their places in the picture `last`, for one that follows it; none where that shows another part or scale. */
function inPicture(tracks: Track[], last: TrackedFrame, next: TrackedFrame): Track[] {
  const map = imageFromStage(last);
  if (map === undefined || last.width !== next.width || last.height !== next.height) return [];
  const pxPerUm = Math.sqrt(Math.abs(map.a * map.e - map.b * map.d));
  for (const track of tracks) track.place = { ...applyAffine(map, track.place), size: track.place.size * pxPerUm };
  return tracks;
}

/** Moves the tracks along with the picture. */
function follow(tracks: readonly Track[], found: readonly Place[]): void {
  const shift = commonShift(tracks.map(({ place }) => place), found);
  for (const track of tracks) track.place = { ...track.place, x: track.place.x + shift.x, y: track.place.y + shift.y };
}

/** Which track each place continues: nearest pairs first, one to one. */
function nearestPairs(tracks: readonly Track[], found: readonly Place[]): Map<number, Track> {
  const largest = found.reduce((most, place) => Math.max(most, place.size), 1);
  const [left, right] = [Math.min(...found.map(({ x }) => x)) - largest, Math.max(...found.map(({ x }) => x)) + largest];
  const grid = new Map<string, Track[]>();
  const keyOf = (x: number, y: number): string => `${Math.floor(x / largest)},${Math.floor(y / largest)}`;
  for (const track of tracks) {
    // Most tracks of a long walk over the slide lie elsewhere.
    if (track.place.x < left || track.place.x > right) continue;
    const key = keyOf(track.place.x, track.place.y);
    const square = grid.get(key);
    if (square === undefined) grid.set(key, [track]);
    else square.push(track);
  }
  const pairs: Array<{ i: number; track: Track; distance: number }> = [];
  found.forEach((place, i) => {
    for (const dx of [-largest, 0, largest]) {
      for (const dy of [-largest, 0, largest]) {
        for (const track of grid.get(keyOf(place.x + dx, place.y + dy)) ?? []) {
          const distance = Math.hypot(track.place.x - place.x, track.place.y - place.y);
          if (distance <= SAME_CELL_SIZES * Math.min(track.place.size, place.size)) pairs.push({ i, track, distance });
        }
      }
    }
  });
  const known = new Map<number, Track>();
  const taken = new Set<Track>();
  for (const { i, track } of pairs.sort((a, b) => a.distance - b.distance || a.i - b.i)) {
    if (known.has(i) || taken.has(track)) continue;
    known.set(i, track);
    taken.add(track);
  }
  return known;
}
