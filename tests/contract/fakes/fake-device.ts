import type { Clock } from "../../../src/core/clock.ts";
import type { CallOptions, Device, Unsubscribe } from "../../../src/engine/devices/api/device.ts";
import { withDeadline } from "../../../src/engine/runtime/deadline.ts";
import { createEmitter } from "../../../src/engine/runtime/emitter.ts";
import type { DeviceIdentity, DeviceKind, DeviceState, DeviceStatus, FaultKind } from "../../../src/shared/domain/devices.ts";
import { OcularError } from "../../../src/shared/errors.ts";

/** Promises of every device that a mutant fake can break. */
export type DeviceSin = "hangs past the deadline" | "throws a bare Error" | "stays ready when unplugged" | "ignores abort" | "keeps its listeners" | "keeps a timer";

/** What all fakes are made of: a state, a deadline on each call, and a plug that can be pulled. */
export interface FakeBase extends Device {
  readonly clock: Clock;
  sins: ReadonlySet<string>;
  /** Runs `work` as one device call: refused when absent, ended by its deadline or signal. */
  call<T>(command: string, options: CallOptions | undefined, defaultMs: number, work: (signal: AbortSignal) => Promise<T> | T): Promise<T>;
  /** Pulls the plug, puts it back, or makes the next call hang. */
  fail(fault: FaultKind): void;
  onDidUnplug(listener: () => void): Unsubscribe;
  isReady(): boolean;
}

export function createFakeBase(options: { readonly clock: Clock; readonly kind: DeviceKind; readonly sins: ReadonlySet<string> }): FakeBase {
  const { clock, kind, sins } = options;
  const identity: DeviceIdentity = { id: `fake-${kind}`, kind, vendor: "Ocular", model: "Fake", serial: "1" };
  const changed = createEmitter<DeviceStatus>();
  const unplugged = createEmitter<void>();
  const disposal = new AbortController();
  let plugged = true;
  let hangNext = false;
  let current: DeviceStatus = { identity, state: "absent", sinceMs: clock.nowMs() };

  const setState = (state: DeviceState, reason?: string): void => {
    if (state === current.state) return;
    current = { identity, state, sinceMs: clock.nowMs(), ...(reason === undefined ? {} : { reason }) };
    changed.emit(current);
  };
  const hang = (signal: AbortSignal): Promise<never> =>
    new Promise((_, reject) => {
      if (!sins.has("hangs past the deadline")) signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });

  const bounded = async <T>(command: string, call: CallOptions | undefined, defaultMs: number, work: (signal: AbortSignal) => Promise<T> | T): Promise<T> => {
    const hangs = hangNext;
    hangNext = false;
    const run = async (signal: AbortSignal): Promise<T> => (hangs ? await hang(signal) : await work(signal));
    if (sins.has("hangs past the deadline")) return await run(new AbortController().signal);
    const signal = sins.has("ignores abort") ? undefined : call?.signal;
    return await withDeadline({ clock, timeoutMs: call?.timeoutMs ?? defaultMs, command, deviceId: identity.id, ...(signal === undefined ? {} : { signal }) }, run);
  };

  const base: FakeBase = {
    clock,
    sins,
    identity,
    status: () => current,
    onDidChangeStatus: changed.on,
    onDidUnplug: unplugged.on,
    isReady: () => current.state === "ready",
    connect: (call) =>
      bounded("connect", call, 5000, () => {
        if (current.state === "ready") return;
        if (!plugged) throw new OcularError({ tag: "DeviceDisconnected", deviceId: identity.id, command: "connect" });
        setState("connecting");
        setState("ready");
      }),
    disconnect: (call) =>
      bounded("disconnect", call, 2000, () => {
        if (current.state === "absent") return;
        unplugged.emit();
        setState("absent", "disconnected");
      }),
    async call(command, call, defaultMs, work) {
      if (current.state !== "ready") {
        throw sins.has("throws a bare Error") ? new Error("no device") : new OcularError({ tag: "DeviceDisconnected", deviceId: identity.id, command });
      }
      return await bounded(command, call, defaultMs, work);
    },
    fail(fault) {
      if (fault === "timeout") hangNext = true;
      else if (fault === "reconnect") {
        plugged = true;
        // The computer sees the device again: it is ready without being asked, as after a replug.
        setState("ready");
      } else if (fault === "disconnect") {
        plugged = false;
        unplugged.emit();
        if (!sins.has("stays ready when unplugged")) setState("absent", "unplugged");
      }
    },
    async dispose() {
      disposal.abort();
      if (current.state !== "absent") {
        unplugged.emit();
        setState("absent", "disposed");
      }
      if (!sins.has("keeps its listeners")) changed.clear();
      unplugged.clear();
      if (sins.has("keeps a timer")) void clock.delay(3_600_000);
    },
  };
  return base;
}
