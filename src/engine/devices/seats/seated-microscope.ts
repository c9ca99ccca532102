import type { Clock } from "../../../core/clock.ts";
import type { FrameScale } from "../../../core/geometry/stage-from-image.ts";
import type { DeviceKind } from "../../../shared/domain/devices.ts";
import type { Device } from "../api/device.ts";
import type { Microscope } from "../api/microscope.ts";
import type { Neighbours } from "../api/neighbours.ts";
import { FocusSeat, StageSeat } from "./axis-seats.ts";
import { CameraSeat } from "./camera-seat.ts";
import { LightSeat, TurretSeat } from "./light-and-turret-seats.ts";

/** One seat a role. */
export interface MicroscopeSeats {
  readonly camera: CameraSeat;
  readonly xyStage: StageSeat;
  readonly focusDrive: FocusSeat;
  readonly illumination: LightSeat;
  readonly objectiveTurret: TurretSeat;
}

/** A microscope whose devices can be replaced while an instrument drives it. */
export interface SeatedMicroscope extends Required<Microscope> {
  readonly seats: MicroscopeSeats;
  setName(name: string): void;
  /** How large an unbinned pixel is through which objective and how the picture lies to the stage, for cameras that do not know. */
  setScales(scaleOf: (objectiveId: string | undefined) => FrameScale | undefined): void;
  /** Whoever holds more devices than sit here says which there are, those in seats among them. */
  setHolder(everyHeld: () => readonly Device[]): void;
}

/** Seats with the devices of a microscope in them; empty where it has none, and all empty without one. */
export function seatMicroscope(clock: Clock, microscope?: Microscope): SeatedMicroscope {
  const beside = { xyStage: new StageSeat(clock), focusDrive: new FocusSeat(clock), illumination: new LightSeat(clock), objectiveTurret: new TurretSeat(clock) };
  const seats: MicroscopeSeats = { ...beside, camera: new CameraSeat(clock, neighboursIn(beside)) };
  seats.camera.take(microscope?.camera);
  seats.xyStage.take(microscope?.stage);
  seats.focusDrive.take(microscope?.focus);
  seats.illumination.take(microscope?.light);
  seats.objectiveTurret.take(microscope?.turret);
  let name = microscope?.name ?? "Microscope";
  let scaleOf = (_objectiveId: string | undefined): FrameScale | undefined => undefined;
  let everyHeld = (): readonly Device[] => [];
  return {
    seats,
    get name() {
      return name;
    },
    camera: seats.camera, stage: seats.xyStage, focus: seats.focusDrive, light: seats.illumination, turret: seats.objectiveTurret,
    isFitted: (kind: DeviceKind) => seats[kind].sitting() !== undefined,
    scaleOf: (objectiveId) => scaleOf(objectiveId),
    others: () => everyHeld().filter((device) => seats[device.identity.kind].sitting() !== device),
    setName: (next) => { name = next; },
    setScales: (next) => { scaleOf = next; },
    setHolder: (next) => { everyHeld = next; },
  };
}

/** The camera's neighbours, whoever sits there. */
function neighboursIn({ xyStage, focusDrive, illumination, objectiveTurret }: Omit<MicroscopeSeats, "camera">): Neighbours {
  return {
    sitting: () => ({ stage: xyStage.sitting(), focus: focusDrive.sitting(), light: illumination.sitting(), turret: objectiveTurret.sitting() }),
    onDidMove: (listener) => {
      const unlisten = [xyStage, focusDrive].map((axes) => axes.onDidMove(listener)).concat(objectiveTurret.onDidChange(listener));
      return () => { for (const each of unlisten) each(); };
    },
  };
}
