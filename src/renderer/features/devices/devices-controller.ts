import { createStore } from "zustand/vanilla";
import type { ConfiguredDevice, DeviceConfiguration, DevicePart } from "../../../shared/domain/device-configuration.ts";
import type { DeviceFamily, DeviceSetup, DiscoveredDevice, Discovery, ImportedConfiguration, Replacement } from "../../../shared/domain/device-setup.ts";
import type { DeviceKind, FaultKind } from "../../../shared/domain/devices.ts";
import { describeError, errorDataOf } from "../../../shared/errors.ts";
import type { Instrument } from "../../api/context.tsx";
import { askForDevices } from "../../api/instrument-store.ts";
import { type AxesRole, deviceWords as words } from "./words.ts";

/** What of a device is looked at. */
export type DeviceTab = "overview" | "options" | "console" | "features";

/** What a person is being asked. */
export type DeviceQuestion =
  | { readonly kind: "add"; readonly found: DiscoveredDevice | undefined }
  | { readonly kind: "home" }
  | { readonly kind: "place"; readonly role: AxesRole }
  | { readonly kind: "remove"; readonly key: string }
  | { readonly kind: "import"; readonly imported: ImportedConfiguration }
  | { readonly kind: "forget" };

/** What the devices workspace shows and is busy with; what is true of the devices comes from the instrument's store. */
export interface DevicesState {
  /** Key of the device that is looked at; undefined: the microscope as a whole. */
  readonly chosen: string | undefined;
  readonly tab: DeviceTab;
  readonly question: DeviceQuestion | undefined;
  /** Calls under way, so that nothing is sent twice. */
  readonly busy: ReadonlySet<string>;
  readonly discovery: Discovery | undefined;
  readonly looking: boolean;
  readonly lookProblem: string | undefined;
  readonly families: readonly DeviceFamily[] | undefined;
}

/** Everything a person can do about devices: buttons, keys and the palette all come here. */
export type DevicesController = ReturnType<typeof createDevicesController>;

export function createDevicesController({ client, store }: Instrument) {
  const ui = createStore<DevicesState>(() => ({ chosen: undefined, tab: "overview", question: undefined, busy: new Set(), discovery: undefined, looking: false, lookProblem: undefined, families: undefined }));

  const wordsOf = (error: unknown, what: string): string => describeError(errorDataOf(error, what));
  const told = (setup: DeviceSetup): void => { store.tell({ kind: "devices", setup }); };
  const setBusy = (id: string, isBusy: boolean): void => {
    const busy = new Set(ui.getState().busy);
    if (isBusy) busy.add(id);
    else busy.delete(id);
    ui.setState({ busy });
  };
  /** One call at a time of each sort; its error becomes a toast. */
  const attempt = async (id: string, what: string, task: () => Promise<void>): Promise<void> => {
    if (ui.getState().busy.has(id)) return;
    setBusy(id, true);
    try {
      await task();
    } catch (error) {
      store.report(error, what);
    } finally {
      setBusy(id, false);
    }
  };
  /** As `attempt`, for a dialog that shows what went wrong itself and stays open then. Answers with the sentence. */
  const ask = async (what: string, task: () => Promise<void>): Promise<string | undefined> => {
    try {
      await task();
      return undefined;
    } catch (error) {
      return wordsOf(error, what);
    }
  };
  /** The configuration as it stands in the app now, changed and taken into use. */
  const change = async (edit: (configuration: DeviceConfiguration) => DeviceConfiguration): Promise<void> => {
    told(await client.call("devices.apply", { configuration: edit(await client.call("devices.configuration", {})), isEdit: true }));
  };

  return {
    ui,
    setBusy,

    // Where one is
    choose(chosen: string | undefined, tab: DeviceTab = "overview"): void {
      ui.setState({ chosen, tab });
    },
    setTab(tab: DeviceTab): void {
      ui.setState({ tab });
    },
    openAdd(found?: DiscoveredDevice): void {
      const locked = store.getState().devices?.locked;
      if (locked === undefined) ui.setState({ question: { kind: "add", found } });
      else store.toast("notice", locked);
    },
    askHome(): void {
      ui.setState({ question: { kind: "home" } });
    },
    askPlace(role: AxesRole): void {
      ui.setState({ question: { kind: "place", role } });
    },
    askRemove(key: string): void {
      ui.setState({ question: { kind: "remove", key } });
    },
    askForget(): void {
      ui.setState({ question: { kind: "forget" } });
    },
    closeQuestion(): void {
      ui.setState({ question: undefined });
    },
    /** The search or filter of what is open takes the keyboard. */
    focusSearch(): void {
      document.querySelector<HTMLInputElement>("[data-devices-search] input")?.focus();
    },

    // What is there
    async askAgain(): Promise<void> {
      await askForDevices(store, client);
    },
    async loadFamilies(): Promise<void> {
      if (ui.getState().families !== undefined) return;
      try {
        ui.setState({ families: await client.call("devices.families", {}) });
      } catch (error) {
        store.report(error, words.families);
      }
    },
    /** Looks at ports, buses and the network; what was found before stays in view meanwhile. */
    async look(): Promise<void> {
      if (ui.getState().looking) return;
      ui.setState({ looking: true });
      try {
        const discovery = await client.call("devices.discover", {});
        const before = ui.getState().discovery;
        ui.setState({ discovery: JSON.stringify(before) === JSON.stringify(discovery) ? before : discovery, lookProblem: undefined });
      } catch (error) {
        ui.setState({ lookProblem: wordsOf(error, words.looking) });
      } finally {
        ui.setState({ looking: false });
      }
    },

    // Roles
    async replace(role: DeviceKind, by: Replacement): Promise<void> {
      await attempt(`role ${role}`, words.replacing, async () => { told(await client.call("devices.replace", { role, by })); });
    },
    async assign(role: DeviceKind, to: DevicePart | undefined): Promise<void> {
      await attempt(`role ${role}`, words.assigning, async () => { told(await client.call("devices.assign", to === undefined ? { role } : { role, to })); });
    },
    /** A light of any device, in the role or not; one call at a time is the caller's to see to. */
    async setLight(key: string, part: string, percent: number): Promise<void> {
      try {
        await client.call("devices.setLight", { key, part, percent });
      } catch (error) {
        store.report(error, words.settingLight);
      }
    },
    async reconnect(key: string): Promise<void> {
      await attempt(`reconnect ${key}`, words.reconnecting, async () => { told(await client.call("devices.reconnect", { key })); });
    },
    async reconnectMissing(): Promise<void> {
      const missing = store.getState().devices?.devices.filter(({ state }) => state === "missing" || state === "faulted") ?? [];
      if (missing.length === 0) store.toast("notice", words.nothingMissing);
      await Promise.all(missing.map(({ device }) => this.reconnect(device.key)));
    },

    // Devices
    /** Adds and shows it. Answers with what went wrong. */
    async add(device: ConfiguredDevice, roles: DeviceKind[] | undefined): Promise<string | undefined> {
      return ask(words.adding, async () => {
        told(await client.call("devices.add", roles === undefined ? { device } : { device, roles }));
        ui.setState({ question: undefined, chosen: device.key, tab: "overview" });
        store.toast("notice", words.added(device.name));
        void this.look();
      });
    },
    async remove(key: string): Promise<string | undefined> {
      return ask(words.removing, async () => {
        told(await client.call("devices.remove", { key }));
        ui.setState({ question: undefined, chosen: undefined });
        void this.look();
      });
    },
    async editDevice(key: string, edit: (device: ConfiguredDevice) => ConfiguredDevice): Promise<string | undefined> {
      return ask(words.changing, () => change((configuration) => ({ ...configuration, devices: configuration.devices.map((device) => (device.key === key ? edit(device) : device)) })));
    },
    async editObjectives(edit: (objectives: DeviceConfiguration["objectives"]) => DeviceConfiguration["objectives"]): Promise<string | undefined> {
      return ask(words.changing, () => change((configuration) => ({ ...configuration, objectives: edit(configuration.objectives) })));
    },
    async rename(name: string): Promise<void> {
      await attempt("rename", words.changing, () => change((configuration) => ({ ...configuration, name })));
    },

    // Files
    async exportFile(): Promise<void> {
      await attempt("export", words.exporting, async () => {
        const { path } = await client.call("devices.export", {});
        if (path !== undefined) store.toast("notice", words.exported(path));
      });
    },
    async importFile(): Promise<void> {
      await attempt("import", words.importing, async () => {
        const { imported } = await client.call("devices.import", {});
        if (imported !== undefined) ui.setState({ question: { kind: "import", imported } });
      });
    },
    async applyImported({ configuration }: ImportedConfiguration): Promise<string | undefined> {
      return ask(words.importing, async () => {
        told(await client.call("devices.apply", { configuration }));
        ui.setState({ question: undefined, chosen: undefined });
        void this.look();
      });
    },
    async forget(): Promise<string | undefined> {
      return ask(words.forgetting, async () => {
        told(await client.call("devices.forget", {}));
        ui.setState({ question: undefined, chosen: undefined });
        void this.look();
      });
    },
    async supportBundle(): Promise<void> {
      await attempt("bundle", words.bundling, async () => {
        const { path } = await client.call("devices.supportBundle", {});
        if (path !== undefined) store.toast("notice", words.bundled(path));
      });
    },

    // The instrument itself
    /** Only after a person said by name that the way is clear. */
    async home(givenBy: string): Promise<string | undefined> {
      return ask(words.homing, async () => {
        await client.call("stage.home", { givenBy, isWayClear: true });
        ui.setState({ question: undefined });
        store.toast("notice", words.homed);
      });
    },
    /** Only after a person said by name that it is where it tells. */
    async trustPlace(role: AxesRole, givenBy: string): Promise<string | undefined> {
      return ask(words.placing, async () => {
        await client.call("axes.trustPlace", { role, givenBy });
        ui.setState({ question: undefined });
        store.toast("notice", words.placeTrusted);
      });
    },
    async injectFault(device: DeviceKind, fault: FaultKind): Promise<void> {
      await attempt(`fault ${device}`, words.practice, async () => { await client.call("virtual.injectFault", { device, fault }); });
    },
  };
}
