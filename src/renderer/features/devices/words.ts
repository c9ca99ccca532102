import type { DeviceKind, DeviceState, FaultKind } from "../../../shared/domain/devices.ts";

/** Everything the devices screen says. */
export const deviceWords = {
  title: "Devices",
  empty: "No device is configured",
  emptyHint: "Start Ocular with --camera virtual:blood-smear for the virtual microscope.",
  virtualRemark: "Virtual: it behaves like a real microscope and can be told to fail.",
  /** Local time of day: a state older than a day is rare and its date is in the log. */
  since: (began: Date) => `since ${began.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false })}`,
  practice: "Practice faults",
  practiceHint: "Makes the virtual device fail on purpose, to see what happens and how to put it right. The session log notes it.",
  kinds: { camera: "Camera", xyStage: "Stage", focusDrive: "Focus", illumination: "Light", objectiveTurret: "Objective turret" } satisfies Record<DeviceKind, string>,
  states: { absent: "Disconnected", connecting: "Connecting...", ready: "Ready", busy: "Busy", faulted: "Fault" } satisfies Record<DeviceState, string>,
  faults: { disconnect: "Disconnect", reconnect: "Reconnect", stall: "Stall", dropFrames: "Drop frames", timeout: "Time out" } satisfies Record<FaultKind, string>,
  faultHints: {
    disconnect: "As if its cable were pulled",
    reconnect: "Plugs it in again",
    stall: "Stops answering or stands still without an error",
    dropFrames: "Loses the next frames on the way",
    timeout: "Lets the next call run out of time",
  } satisfies Record<FaultKind, string>,
} as const;
