import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createManualClock, type ManualClock } from "../../src/core/testing/manual-clock.ts";
import { configurationOf, openedMicroscope } from "../../src/engine/compose/microscope-providers.ts";
import { FALLBACK, openDeviceDesk } from "../../src/engine/compose/open-device-desk.ts";
import { createConfigurationStore } from "../../src/engine/devices/setup/configuration/configuration-store.ts";
import type { DeviceDesk } from "../../src/engine/devices/setup/device-desk.ts";
import { type SeatedMicroscope, seatMicroscope } from "../../src/engine/devices/seats/seated-microscope.ts";
import type { SpecimenKind } from "../../src/engine/devices/virtual/specimen/types.ts";
import { createVirtualMicroscope, type VirtualMicroscope } from "../../src/engine/devices/virtual/virtual-microscope.ts";
import type { DeviceConfiguration } from "../../src/shared/domain/device-configuration.ts";
import type { RoleView } from "../../src/shared/domain/device-setup.ts";
import type { DeviceKind } from "../../src/shared/domain/devices.ts";
import { OcularError } from "../../src/shared/errors.ts";
import { createInProcessNet, type InProcessNet } from "./gigevision/in-process-net.ts";
import { labSerialHost, type LabSerialHost } from "./serial-host.ts";
import { FakeCapture } from "./webcam/fake-capture.ts";
import { createInProcessUsb, type InProcessUsb } from "./usb3vision/in-process-usb.ts";

/** A configuration without devices. */
export const NOTHING: DeviceConfiguration = { ...FALLBACK, name: "Microscope", devices: [], roles: {}, objectives: [] };

/** The device desk with ports, a bus and a network in this process, into which a test plugs the lab's devices, and the clock all go by. */
export interface LabDesk {
  readonly clock: ManualClock;
  readonly host: LabSerialHost;
  readonly usb: InProcessUsb;
  readonly net: InProcessNet;
  /** No webcam is plugged in at the start. */
  readonly capture: FakeCapture;
  readonly microscope: SeatedMicroscope;
  readonly desk: DeviceDesk;
  /** Who is in the seats at the start. */
  readonly virtual: VirtualMicroscope | undefined;
  /** Where the configuration is kept, and room for a test's own files. */
  readonly folder: string;
  readonly storePath: string;
  /** "warning: ...": what a person was told. */
  readonly said: readonly string[];
  roleOf(role: DeviceKind): RoleView | undefined;
  /** From now on every change is refused with that reason; undefined: granted again. */
  lock(reason: string | undefined): void;
  /** Lets time pass until a call has ended. */
  settled<T>(call: Promise<T>, limitMs?: number): Promise<T>;
  /** Lets time pass until it holds. @returns how long that took, ms; beyond the limit it throws */
  untilMs(what: string, holds: () => boolean, limitMs?: number): Promise<number>;
  dispose(): Promise<void>;
}

/** @param specimen the virtual microscope with it is in the seats already, as at the app's fast start; default: nobody */
export async function labDesk(specimen?: SpecimenKind): Promise<LabDesk> {
  const clock = createManualClock();
  const host = labSerialHost();
  const usb = createInProcessUsb();
  const net = createInProcessNet();
  const capture = new FakeCapture(clock, []);
  const virtual = specimen === undefined ? undefined : createVirtualMicroscope({ specimen, clock, rendering: "inline" });
  const fallback = specimen === undefined || virtual === undefined ? undefined : configurationOf({ kind: "virtual", specimen }, virtual.name, 28);
  const microscope = seatMicroscope(clock, virtual);
  const folder = await mkdtemp(join(tmpdir(), "ocular-desk-"));
  const storePath = join(folder, "devices.yaml");
  const said: string[] = [];
  let locked: string | undefined;
  const desk = openDeviceDesk({
    clock, frameRate: 10, microscope, capture, store: createConfigurationStore(storePath),
    initial: { configuration: fallback ?? NOTHING, source: { kind: "default" }, ...(virtual === undefined ? {} : { opened: openedMicroscope(virtual) }) },
    ...(fallback === undefined ? {} : { fallback }),
    system: { host, isUnguarded: true, openBus: async () => usb, net },
    change: async (what, _touches, work) => {
      if (locked !== undefined) throw new OcularError({ tag: "WrongState", what, state: locked, allowedIn: ["no open session"] });
      return work();
    },
    makeSpare: () => openedMicroscope(createVirtualMicroscope({ specimen: "nuclei", clock, rendering: "inline" })),
    lockedBy: () => locked, say: (tone, text) => { said.push(`${tone}: ${text}`); },
  });
  const settled = async <T>(call: Promise<T>, limitMs = 20_000): Promise<T> => {
    let isOver = false;
    const over = call.finally(() => { isOver = true; });
    over.catch(() => undefined); // Whoever called is told below.
    for (let passed = 0; !isOver && passed < limitMs; passed += 20) await clock.advance(20);
    // What is written on the way takes its time in the real world.
    for (const startedMs = performance.now(); !isOver && performance.now() - startedMs < 15_000; ) await new Promise((resolve) => setImmediate(resolve));
    if (!isOver) throw new Error(`not over after ${limitMs} ms`);
    return over;
  };
  return {
    clock, host, usb, net, capture, microscope, desk, virtual, folder, storePath, said, settled,
    roleOf: (role) => desk.setup().roles.find((each) => each.role === role),
    lock: (reason) => { locked = reason; },
    async untilMs(what, holds, limitMs = 10_000) {
      const fromMs = clock.nowMs();
      while (!holds()) {
        if (clock.nowMs() - fromMs >= limitMs) throw new Error(`${what}: not within ${limitMs} ms`);
        await clock.advance(20);
      }
      return clock.nowMs() - fromMs;
    },
    async dispose() {
      await settled(desk.dispose());
      await rm(folder, { recursive: true });
    },
  };
}
