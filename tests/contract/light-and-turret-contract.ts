import { expect } from "vitest";
import type { Illumination } from "../../src/engine/devices/api/illumination.ts";
import type { ObjectiveTurret } from "../../src/engine/devices/api/objective-turret.ts";
import { connect, type ContractOptions, defineContract, type DevicePromise, ending, expectRejection, fail, type SubjectFactory, until, valueOf } from "./contract.ts";
import { devicePromises } from "./device-promises.ts";

export const illuminationPromises: readonly DevicePromise<Illumination>[] = [
  ...devicePromises<Illumination>((light, options) => light.setLevel(40, options), (light) => light.level() === 0),
  {
    text: "sets a level, tells the true one, and tells it to listeners",
    async check(subject) {
      await connect(subject);
      const told: number[] = [];
      subject.device.onDidChangeLevel((percent) => told.push(percent));
      for (const wanted of [0, 37, 100]) {
        const level = await valueOf(subject, subject.device.setLevel(wanted));
        expect(Math.abs(level - wanted)).toBeLessThanOrEqual(2);
        expect(subject.device.level()).toBe(level);
      }
      expect(told.at(-1)).toBe(subject.device.level());
    },
  },
  {
    text: "refuses a level outside 0 to 100 with OutOfRange and keeps the one it has",
    async check(subject) {
      await connect(subject);
      const before = await valueOf(subject, subject.device.setLevel(50));
      for (const wrong of [-1, 101, Number.NaN]) await expectRejection(subject, subject.device.setLevel(wrong), "OutOfRange");
      expect(subject.device.level()).toBe(before);
    },
  },
  {
    text: "keeps the newest level, also while an older one is under way: a \"dark\" is never undone",
    async check(subject) {
      await connect(subject);
      const older = ending(subject, subject.device.setLevel(60), 1000);
      const newer = ending(subject, subject.device.setLevel(0), 1000);
      expect(await newer).toEqual({ value: 0 });
      const before = await older;
      if ("error" in before) await expectRejection(subject, Promise.reject(before.error), "Canceled");
      await subject.advance(100);
      expect(subject.device.level()).toBe(0);
    },
  },
  {
    text: "is off when lost",
    needs: "disconnect",
    async check(subject) {
      await connect(subject);
      await valueOf(subject, subject.device.setLevel(50));
      await fail(subject, "disconnect");
      await until(subject, () => subject.device.level() === 0, 5000, "a lost light is off");
    },
  },
];

export const objectiveTurretPromises: readonly DevicePromise<ObjectiveTurret>[] = [
  ...devicePromises<ObjectiveTurret>((turret, options) => turret.select(otherObjective(turret), options), () => true),
  {
    text: "turns to each of its objectives; while turning none is current",
    async check(subject) {
      await connect(subject);
      const { device } = subject;
      for (const objective of [...device.objectives(), ...device.objectives()]) {
        if (device.current()?.id === objective.id) continue;
        const told: (string | undefined)[] = [];
        const leave = device.onDidChange((current) => told.push(current?.id));
        const turning = device.select(objective.id);
        await until(subject, () => device.current() === undefined || device.current()?.id === objective.id, 1000, "the turret lets go of the old objective");
        const selected = await valueOf(subject, turning);
        leave();
        expect(selected).toEqual(objective);
        expect(device.current()).toEqual(objective);
        expect(told).toEqual([undefined, objective.id]);
      }
    },
  },
  {
    text: "refuses an unknown objective with UnsupportedValue, and nothing turns",
    async check(subject) {
      await connect(subject);
      const { device } = subject;
      const before = device.current();
      let told = 0;
      device.onDidChange(() => {
        told += 1;
      });
      await expectRejection(subject, device.select("no-such-lens"), "UnsupportedValue");
      expect(device.current()).toEqual(before);
      expect(told).toBe(0);
    },
  },
  {
    text: "names its objectives, each by an id of its own",
    async check(subject) {
      const ids = subject.device.objectives().map((objective) => objective.id);
      expect(ids.length).toBeGreaterThan(0);
      expect(new Set(ids).size).toBe(ids.length);
    },
  },
];

function otherObjective(turret: ObjectiveTurret): string {
  const other = turret.objectives().find((objective) => objective.id !== turret.current()?.id);
  return other?.id ?? turret.objectives()[0]?.id ?? "none";
}

/** One test per promise of Illumination. */
export function illuminationContract(name: string, factory: SubjectFactory<Illumination>, options?: ContractOptions): void {
  defineContract(`${name} keeps the promises of Illumination`, illuminationPromises, factory, options);
}

/** One test per promise of ObjectiveTurret. */
export function objectiveTurretContract(name: string, factory: SubjectFactory<ObjectiveTurret>, options?: ContractOptions): void {
  defineContract(`${name} keeps the promises of ObjectiveTurret`, objectiveTurretPromises, factory, options);
}
