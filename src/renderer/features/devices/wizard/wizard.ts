import { createStore } from "zustand/vanilla";
import type { ConfiguredDevice } from "../../../../shared/domain/device-configuration.ts";
import type { DeviceFamily, DeviceSetup, DiscoveredDevice, PartView, ProbeProgress, ProbeResult } from "../../../../shared/domain/device-setup.ts";
import type { DeviceKind } from "../../../../shared/domain/devices.ts";
import type { InstrumentClient } from "../../../api/client.ts";
import { deviceByHand, freeKey, freeRoles, kindsOf, needsAsking } from "./new-device.ts";
import type { HandForm } from "./new-device.ts";

export const WIZARD_STEPS = ["find", "test", "options", "name"] as const;
export type WizardStep = (typeof WIZARD_STEPS)[number];

/** What is known so far of a device that is being added. Going back and failing change none of it. */
export interface WizardState {
  readonly step: WizardStep;
  /** A thing that was found, or "hand": described by the person. */
  readonly pick: DiscoveredDevice | "hand" | undefined;
  readonly hand: HandForm;
  /** As it would be added. */
  readonly device: ConfiguredDevice | undefined;
  readonly probe: { readonly state: "idle" | "silent" } | { readonly state: "running"; readonly progress: ProbeProgress | undefined } | { readonly state: "answered"; readonly result: ProbeResult } | { readonly state: "failed"; readonly reason: string };
  readonly test: { readonly state: "untested" | "running" } | { readonly state: "passed"; readonly parts: readonly PartView[] } | { readonly state: "failed"; readonly reason: string };
  /** What a person ticked; undefined: the roles that are free. */
  readonly roles: readonly DeviceKind[] | undefined;
  readonly adding: boolean;
  readonly addProblem: string | undefined;
}

export type Wizard = ReturnType<typeof createWizard>;

/**
 * The way of a new device into the configuration: find, test, options, name.
 *
 * @param setup what is set up now, for names and roles that are taken
 * @param add takes it into the configuration; answers with what went wrong
 */
export function createWizard({ client, families, setup, add, wordsOf, first }: {
  readonly client: Pick<InstrumentClient, "call" | "on">;
  readonly families: () => readonly DeviceFamily[];
  readonly setup: () => DeviceSetup | undefined;
  readonly add: (device: ConfiguredDevice, roles: DeviceKind[] | undefined) => Promise<string | undefined>;
  readonly wordsOf: (error: unknown, what: string) => string;
  readonly first?: DiscoveredDevice | undefined;
}) {
  const store = createStore<WizardState>(() => ({
    step: "find", pick: undefined, hand: { family: "", address: "", baudRate: undefined }, device: undefined,
    probe: { state: "idle" }, test: { state: "untested" }, roles: undefined, adding: false, addProblem: undefined,
  }));
  const taken = (): readonly string[] => setup()?.devices.map(({ device }) => device.key) ?? [];
  const familyOf = (id: string | undefined): DeviceFamily | undefined => families().find((family) => family.id === id);
  /** Counts what a test is about: an answer may come when the device is another already. Its name is no part of it. */
  let testedThing = 0;
  /** Another device: what was learned of the one before does not hold. */
  const takeDevice = (device: ConfiguredDevice | undefined): void => {
    testedThing += 1;
    store.setState({ device: device === undefined ? undefined : { ...device, key: freeKey(device.key, taken()) }, test: { state: "untested" }, roles: undefined, addProblem: undefined });
  };
  const takeHand = (hand: HandForm): void => {
    const { pick } = store.getState();
    const found = pick === "hand" ? undefined : pick;
    store.setState({ hand });
    takeDevice(deviceByHand(familyOf(hand.family), hand, found, []));
  };

  const wizard = {
    store,
    familyOf,
    /** Chooses one that was found. One with a suggestion can go on at once; a serial port is asked, or described. */
    pick(found: DiscoveredDevice | "hand"): void {
      const { pick, probe } = store.getState();
      if (probe.state === "running") return;
      if (found !== "hand" && pick !== "hand" && pick?.id === found.id) return;
      store.setState({ pick: found, probe: { state: "idle" }, hand: { family: "", address: found === "hand" ? "" : found.address, baudRate: undefined } });
      takeDevice(found === "hand" ? undefined : found.suggestion);
    },
    setHand(part: Partial<HandForm>): void {
      const { hand, pick, probe } = store.getState();
      // Another address: who answered at the one before is not who is meant.
      if (pick === "hand" && probe.state !== "running") store.setState({ probe: { state: "idle" } });
      takeHand({ ...hand, ...part });
    },
    /** Who can be asked what it is: the serial port that is chosen, or the address that was typed. Undefined: nobody, or there is no need. */
    askable(): string | undefined {
      const { pick, hand, device, probe } = store.getState();
      if (device !== undefined || pick === undefined || probe.state === "running") return undefined;
      if (pick !== "hand") return pick.problem === undefined && pick.connection === "serial" ? pick.address : undefined;
      const family = familyOf(hand.family);
      const address = hand.address.trim();
      return family !== undefined && needsAsking(family) && address !== "" ? address : undefined;
    },
    /** Asks a serial port what sits on it, or an address who is there. */
    async probe(): Promise<void> {
      const { pick, probe } = store.getState();
      if (pick === undefined || probe.state === "running") return;
      const address = pick === "hand" ? this.askable() : pick.address;
      if (address === undefined) return;
      store.setState({ probe: { state: "running", progress: undefined } });
      const stop = client.on("probe", (progress) => {
        if (progress.port === address && store.getState().probe.state === "running") store.setState({ probe: { state: "running", progress } });
      });
      try {
        const { result } = await client.call("devices.probe", { port: address });
        store.setState({ probe: result === undefined ? { state: "silent" } : { state: "answered", result } });
        if (result !== undefined) takeDevice(result.suggestion);
      } catch (error) {
        store.setState({ probe: { state: "failed", reason: wordsOf(error, "Asking the port") } });
      } finally {
        stop();
      }
    },
    async cancelProbe(): Promise<void> {
      try {
        await client.call("devices.cancelProbe", {});
      } catch (error) {
        store.setState({ probe: { state: "failed", reason: wordsOf(error, "Stopping to ask") } });
      }
    },
    /** Opens it, reads what it is, closes it. */
    async test(): Promise<void> {
      const { device, test } = store.getState();
      if (device === undefined || test.state === "running") return;
      const about = testedThing;
      store.setState({ test: { state: "running" } });
      try {
        const { parts } = await client.call("devices.test", { device });
        if (testedThing === about) store.setState({ test: { state: "passed", parts } });
      } catch (error) {
        if (testedThing === about) store.setState({ test: { state: "failed", reason: wordsOf(error, "Testing the device") } });
      }
    },
    /** Other options make another device of it: what the test found may no longer hold. */
    setOptions(options: ConfiguredDevice["options"]): void {
      const { device } = store.getState();
      if (device === undefined) return;
      testedThing += 1;
      store.setState({ device: { ...device, options }, test: { state: "untested" } });
    },
    setName(name: string): void {
      const { device } = store.getState();
      if (device !== undefined) store.setState({ device: { ...device, name } });
    },
    /** What it can do; undefined until it answered. */
    kinds(): readonly DeviceKind[] | undefined {
      const { test } = store.getState();
      return test.state === "passed" ? kindsOf(test.parts) : undefined;
    },
    /** The roles it will get; undefined: those that turn out to fit and to be free. */
    roles(): readonly DeviceKind[] | undefined {
      const kinds = this.kinds();
      return kinds === undefined ? undefined : store.getState().roles?.filter((role) => kinds.includes(role)) ?? freeRoles(kinds, setup());
    },
    setRole(role: DeviceKind, takes: boolean): void {
      const others = (this.roles() ?? []).filter((each) => each !== role);
      store.setState({ roles: takes ? [...others, role] : others });
    },
    /** Whether the step is complete. */
    canGoOn(): boolean {
      const { step, device, probe, test, adding } = store.getState();
      if (device === undefined || probe.state === "running" || adding) return false;
      return step === "find" || step === "options" || (step === "test" ? test.state === "passed" : device.name.trim() !== "" && test.state !== "running");
    },
    next(): void {
      const { step, device } = store.getState();
      if (device === undefined) return;
      const steps = this.steps();
      const at = steps[steps.indexOf(step) + 1];
      if (at === undefined) return;
      store.setState({ step: at });
      // Options that were changed make other parts: they are asked for once more before roles are given.
      if (at !== "options" && store.getState().test.state === "untested") void this.test();
    },
    /** One step back; false on the first. */
    back(): boolean {
      const { step, probe } = store.getState();
      if (step === "find" && probe.state === "running") {
        void this.cancelProbe();
        return true;
      }
      const steps = this.steps();
      const at = steps[steps.indexOf(step) - 1];
      if (at === undefined) return false;
      store.setState({ step: at, addProblem: undefined });
      return true;
    },
    /** The steps of this device: one without options has none to fill in. */
    steps(): readonly WizardStep[] {
      const { device } = store.getState();
      const schema = familyOf(device?.family)?.optionsSchema;
      const hasOptions = device === undefined || Object.keys((schema?.["properties"] ?? {})).length > 0;
      return WIZARD_STEPS.filter((step) => step !== "options" || hasOptions);
    },
    async add(): Promise<void> {
      const { device, adding } = store.getState();
      if (device === undefined || adding) return;
      store.setState({ adding: true, addProblem: undefined });
      const roles = this.roles();
      const addProblem = await add({ ...device, name: device.name.trim() }, roles === undefined ? undefined : [...roles]);
      store.setState({ adding: false, addProblem });
    },
    /** The one thing that the large button does now. */
    primary(): void {
      const { step, test } = store.getState();
      if (step === "find" && this.askable() !== undefined) void this.probe();
      else if (step === "test" && (test.state === "failed" || test.state === "untested")) void this.test();
      else if (this.canGoOn()) {
        if (step === "name") void this.add();
        else this.next();
      }
    },
  };
  if (first !== undefined) {
    wizard.pick(first);
    if (store.getState().device !== undefined) wizard.next();
  }
  return wizard;
}
