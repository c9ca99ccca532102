import { expect, it } from "vitest";
import type { ConfiguredDevice } from "../../../shared/domain/device-configuration.ts";
import type { DeviceSetup, DiscoveredDevice } from "../../../shared/domain/device-setup.ts";
import { notSetUp } from "./found-devices.ts";

const port = (address: string, serial?: string): DiscoveredDevice => ({ id: address, connection: "serial", title: address, address, ...(serial === undefined ? {} : { identity: { vendor: "0403", product: "6001", serial } }) });
const setup = (...devices: ConfiguredDevice[]): DeviceSetup => ({ source: { kind: "stored" }, name: "Room 2", roles: [], objectives: [], devices: devices.map((device) => ({ device, familyTitle: "", state: "ready", parts: [], hasConsole: false, hasFeatures: false })) });
const device = (more: Partial<ConfiguredDevice>): ConfiguredDevice => ({ key: "d", name: "d", family: "asi", options: {}, ...more });

it("offers what is not set up, and no longer what was added since the last look", () => {
  const found = { problems: [], devices: [port("COM3", "A"), port("COM4", "B"), port("COM5"), { ...port("COM6"), configuredAs: "old" }, port("COM7", ""), { ...port("here"), connection: "virtual" as const }] };
  const offered = (...devices: ConfiguredDevice[]): string[] => notSetUp(found, setup(...devices)).map(({ address }) => address);
  expect(offered()).toEqual(["COM3", "COM4", "COM5", "COM7", "here"]);
  expect(offered(device({ identity: { vendor: "0403", product: "6001", serial: "A" } }))).toEqual(["COM4", "COM5", "COM7", "here"]);
  expect(offered(device({ port: "COM5" }))).toEqual(["COM3", "COM4", "COM7", "here"]);
  expect(offered(device({ identity: { vendor: "0403", product: "6001", serial: "" } }), device({ port: "here" }))).toEqual(["COM3", "COM4", "COM5", "COM7", "here"]);
  expect(notSetUp(undefined, undefined)).toEqual([]);
});
