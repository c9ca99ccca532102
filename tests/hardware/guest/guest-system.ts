/** The guest's own tools: programs, USB/IP's virtual host controller, what the kernel says of its devices. */
import { execFile, type ExecFileException } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { systemClock } from "../../../src/engine/runtime/system-clock.ts";
import type { LabStatus } from "../../lab/usbip/usbip-lab.ts";

/** QEMU's name for the host, seen from its guest. */
const HOST = "10.0.2.2";
const USB_DEVICES = "/sys/bus/usb/devices";
const VHCI_STATUS = "/sys/devices/platform/vhci_hcd.0/status";
/** State of a port of the virtual controller that has a device. */
const PORT_IN_USE = "006";
const MOST_ATTEMPTS = 5;
const RETRY_MS = 200;
/** `usbip` could not list what is attached, and has done nothing: so it is while another device is going. */
const NOTHING_DONE = /error: open vhci_driver/u;

/** What a program said, both ways. @throws Error with its last words when it fails or takes too long */
export function runProgram(program: string, args: readonly string[], limitMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { timeout: limitMs, killSignal: "SIGKILL", maxBuffer: 2 ** 24 }, (error: ExecFileException | null, stdout, stderr) => {
      if (error === null) resolve(`${stdout}${stderr}`);
      else reject(new Error(`${program} ${args.join(" ")}: ${error.killed === true ? `not done within ${limitMs} ms` : `exit ${error.code}`}\n${stdout}${stderr}`));
    });
  });
}

/** Waits until the condition gives a value. @throws Error when it does not in time */
export async function until<T>(what: string, limitMs: number, condition: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const startedMs = systemClock.nowMs();
  for (;;) {
    const value = await condition();
    if (value !== undefined) return value;
    if (systemClock.nowMs() - startedMs > limitMs) throw new Error(`Not within ${limitMs} ms: ${what}.`);
    await systemClock.delay(20);
  }
}

/** Plugs a device of the host in. Right after the controller's driver was loaded an attempt can fail: it is made again. */
export async function attach(usbipPort: number, busId: string): Promise<void> {
  await repeated(["--tcp-port", String(usbipPort), "attach", "-r", HOST, "-b", busId], () => true);
}

/** Pulls it out again, whatever waits. */
export async function detach(busId: string): Promise<void> {
  const port = portOf(busId);
  if (port === undefined) throw new Error(`${busId} is not attached`);
  await repeated(["detach", "-p", String(port)], (error) => NOTHING_DONE.test(String(error)));
}

/** Runs `usbip`, and again where its failure is one that passes. */
async function repeated(args: readonly string[], passes: (error: unknown) => boolean): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await runProgram("usbip", args, 20_000);
      return;
    } catch (error) {
      if (attempt >= MOST_ATTEMPTS || !passes(error)) throw error;
      await systemClock.delay(RETRY_MS);
    }
  }
}

/** Where the controller has a device; by the bus and device number that the server gives it. */
function portOf(busId: string): number | undefined {
  const [bus = 0, number = 0] = busId.split("-").map(Number);
  const wanted = bus * 0x10000 + number + 1;
  for (const line of readFileSync(VHCI_STATUS, "utf8").split("\n")) {
    const [, port = "", state, , device = ""] = line.trim().split(/\s+/u);
    if (state === PORT_IN_USE && Number.parseInt(device, 16) === wanted) return Number(port);
  }
  return undefined;
}

/** A USB device as the kernel enumerated it. */
export interface KernelDevice {
  readonly folder: string;
  /** Of the link, Mbit/s. */
  readonly speed: number;
  readonly vendorId: string;
  readonly productId: string;
  readonly manufacturer: string;
}

export function kernelDevice(serial: string): KernelDevice | undefined {
  for (const name of readdirSync(USB_DEVICES)) {
    const folder = join(USB_DEVICES, name);
    const read = (file: string): string => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), "utf8").trim() : "");
    if (read("serial") === serial) return { folder, speed: Number(read("speed")), vendorId: read("idVendor"), productId: read("idProduct"), manufacturer: read("manufacturer") };
  }
  return undefined;
}

/** The line of orders to the host's lab. */
export interface Orders {
  say(line: string): Promise<string>;
  status(): Promise<LabStatus>;
  close(): void;
}

export async function connectOrders(port: number): Promise<Orders> {
  const socket = connect(port, HOST);
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  const waiting: ((line: string) => void)[] = [];
  createInterface({ input: socket }).on("line", (line) => waiting.shift()?.(line));
  const say = (line: string): Promise<string> =>
    new Promise((resolve) => {
      waiting.push(resolve);
      socket.write(`${line}\n`);
    });
  return { say, status: async () => JSON.parse(await say("status")) as LabStatus, close: () => socket.destroy() };
}
