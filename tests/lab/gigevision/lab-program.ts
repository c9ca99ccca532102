/** The virtual GigE Vision camera for people and for other programs: on this computer's own network, in real time. */
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { systemClock } from "../../../src/engine/runtime/system-clock.ts";
import { specimenSource } from "../genicam/specimen-source.ts";
import { createGigeModel } from "./camera-model.ts";
import { BLOCK_FAULTS, type BlockFault } from "./faults.ts";
import { cameraOnUdp } from "./on-loopback.ts";

const HELP = `orders: status | unplug | replug | move X Y (um) | deaf MS | ${BLOCK_FAULTS.join(" | ")} | quit`;

/** `npm run lab -- gigevision [--address 127.0.0.1] [--serial LAB0001] [--lose PERCENT]`; resolves with the exit code. */
export async function gigeVisionLab(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { address: { type: "string", default: "127.0.0.1" }, serial: { type: "string", default: "LAB0001" }, lose: { type: "string", default: "0" } },
  });
  const place = { x: 0, y: 0 };
  const model = createGigeModel({
    clock: systemClock, source: specimenSource("blood-smear", 1, () => ({ axisUm: place, focusUm: 0 })),
    address: values.address, serial: values.serial, mostPacketBytes: 9000, lossRatio: Number(values.lose) / 100,
  });
  const wire = cameraOnUdp(model, { hearsBroadcasts: true });
  await wire.plug();
  console.log(`A virtual GigE Vision camera (${values.serial}) listens at ${values.address}\n${HELP}`);
  for await (const line of createInterface({ input: process.stdin })) {
    const [order = "", ...rest] = line.trim().split(/\s+/u);
    if (order === "quit") break;
    else if (order === "status") console.log(`controlled: ${model.isControlled()}, pictures ${model.stream.exposedCount()}, packets lost ${model.stream.lostCount()}, sent again ${model.stream.resentCount()}`);
    else if (order === "unplug") {
      await wire.unplug();
      console.log("The cable is out.");
    } else if (order === "replug") {
      await wire.plug();
      console.log("It is back.");
    } else if (order === "move") {
      [place.x, place.y] = [Number(rest[0] ?? 0), Number(rest[1] ?? 0)];
      console.log(`The slide is at ${place.x}, ${place.y} um.`);
    } else if (order === "deaf") {
      model.faults.deafMs = Number(rest[0] ?? 1000);
      console.log(`From the next command on it answers nothing for ${model.faults.deafMs} ms.`);
    } else if (isBlockFault(order)) {
      model.faults.blocks.push(order);
      console.log(`Next picture: ${order}.`);
    } else if (order !== "") console.log(HELP);
  }
  model.powerOff();
  await wire.unplug();
  return 0;
}

function isBlockFault(text: string): text is BlockFault {
  return BLOCK_FAULTS.some((fault) => fault === text);
}
