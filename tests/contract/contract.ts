import { describe, expect, it } from "vitest";
import type { Device } from "../../src/engine/devices/api/device.ts";
import type { DeviceStatus, FaultKind } from "../../src/shared/domain/devices.ts";
import { isOcularError, type ErrorTag, OcularError } from "../../src/shared/errors.ts";

/** A device under test, fresh and not connected, and the ways to move its world. */
export interface Subject<D extends Device> {
  readonly device: D;
  /** The device's monotonic time. */
  nowMs(): number;
  /** Lets that much of its time pass; returns once what fell due has happened. */
  advance(ms: number): Promise<void>;
  /** Makes it fail. Only the faults named to the contract are asked for. */
  fail?(fault: FaultKind): void | Promise<void>;
  /** Timers still pending, where its clock can tell. */
  pendingCount?(): number;
  /** Puts everything around the device away; called after the device's own `dispose`. */
  dispose(): Promise<void>;
}

export type SubjectFactory<D extends Device> = () => Promise<Subject<D>>;

/** One promise of an interface, and how it is checked on a fresh subject. */
export interface DevicePromise<D extends Device> {
  readonly text: string;
  /** The fault the check needs; it is left out for devices that cannot be told to fail that way. */
  readonly needs?: FaultKind;
  /** Rejects when the promise is not kept. */
  readonly check: (subject: Subject<D>) => Promise<void>;
}

/** What a subject can be told to do; a promise that needs more is not part of its contract. */
export interface ContractOptions {
  readonly faults?: readonly FaultKind[];
}

/** Registers one test per promise. */
export function defineContract<D extends Device>(name: string, promises: readonly DevicePromise<D>[], factory: SubjectFactory<D>, options: ContractOptions = {}): void {
  const faults = options.faults ?? [];
  describe(name, () => {
    for (const promise of promises.filter(({ needs }) => needs === undefined || faults.includes(needs))) {
      it(promise.text, () => checkPromise(promise, factory));
    }
  });
}

/** Runs one check on a fresh subject and puts the subject away. Of two failures the first is told, with the second as its sequel. */
export async function checkPromise<D extends Device>(promise: DevicePromise<D>, factory: SubjectFactory<D>): Promise<void> {
  const subject = await factory();
  const putAway = async (): Promise<void> => {
    await subject.device.dispose();
    await subject.dispose();
  };
  try {
    await promise.check(subject);
  } catch (first) {
    await putAway().catch((sequel: unknown) => {
      throw new Error(`${String(first)} Putting it away failed as well: ${String(sequel)}`, { cause: first });
    });
    throw first;
  }
  await putAway();
}

/** How a call ended. */
export type Ending<T> = { readonly value: T } | { readonly error: unknown };

/** The way a call ends, letting the device's time pass until it does. Fails when it has not by `limitMs`. */
export async function ending<T, D extends Device>(subject: Subject<D>, call: Promise<T>, limitMs: number): Promise<Ending<T>> {
  let result: Ending<T> | undefined;
  call.then(
    (value) => {
      result = { value };
    },
    (error: unknown) => {
      result = { error };
    },
  );
  await until(subject, () => result !== undefined, limitMs, `the call did not settle within ${limitMs} ms`);
  if (result === undefined) throw new Error("unreachable: the wait above has made sure of a result");
  return result;
}

/** The value of a call; fails when it rejects or is late. */
export async function valueOf<T, D extends Device>(subject: Subject<D>, call: Promise<T>, limitMs = 10_000): Promise<T> {
  const end = await ending(subject, call, limitMs);
  if ("error" in end) throw end.error;
  return end.value;
}

/** Fails unless the call rejects with an OcularError of that tag in time. */
export async function expectRejection<D extends Device>(subject: Subject<D>, call: Promise<unknown>, tag: ErrorTag, limitMs = 10_000): Promise<void> {
  const end = await ending(subject, call, limitMs);
  if (!("error" in end)) throw new Error(`Expected ${tag}, but the call resolved.`);
  if (!isOcularError(end.error, tag)) {
    const got = end.error instanceof OcularError ? end.error.data.tag : String(end.error);
    throw new Error(`Expected ${tag}, got ${got}.`);
  }
}

/** Lets the device's time pass in small steps until the condition holds. */
export async function until<D extends Device>(subject: Subject<D>, condition: () => boolean, limitMs: number, complaint: string): Promise<void> {
  for (let passed = 0; passed <= limitMs; ) {
    if (condition()) return;
    // Fine steps while an answer is likely, coarse ones for deadlines of minutes.
    const stepMs = passed < 1000 ? 10 : 100;
    await subject.advance(stepMs);
    passed += stepMs;
  }
  if (!condition()) throw new Error(`Promise not kept: ${complaint}.`);
}

/** Connects, and listens to every change of state. */
export async function connect<D extends Device>(subject: Subject<D>): Promise<{ states: DeviceStatus["state"][] }> {
  const states: DeviceStatus["state"][] = [];
  subject.device.onDidChangeStatus((status) => states.push(status.state));
  await valueOf(subject, subject.device.connect());
  expect(subject.device.status().state).toBe("ready");
  return { states };
}

/** Tells the device to fail; a subject without faults is never asked. */
export async function fail<D extends Device>(subject: Subject<D>, fault: FaultKind): Promise<void> {
  if (subject.fail === undefined) throw new Error(`This subject cannot be told to ${fault}: do not name that fault to the contract.`);
  await subject.fail(fault);
  await subject.advance(0);
}
