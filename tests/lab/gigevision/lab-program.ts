/** The virtual GigE Vision camera for people and for other programs: on this computer's own network, in real time. */
import { parseArgs } from "node:util";
import { systemClock } from "../../../src/engine/runtime/system-clock.ts";
import { specimenSource } from "../genicam/specimen-source.ts";
import { createGigeModel } from "./camera-model.ts";
import { type KeyboardOrder, numberOf, takeOrders } from "../keyboard.ts";
import { BLOCK_FAULT_WORDS, BLOCK_FAULTS } from "./faults.ts";
import { cameraOnUdp } from "./on-loopback.ts";

export const GIGE_USAGE = "gigevision [--address 127.0.0.1] [--serial LAB0001] [--lose PERCENT]";

/** `npm run lab -- gigevision`; resolves with the exit code. */
export async function gigeVisionLab(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { address: { type: "string", default: "127.0.0.1" }, serial: { type: "string", default: "LAB0001" }, lose: { type: "string", default: "0" } },
  });
  const lost = Number(values.lose);
  if (!(lost >= 0 && lost <= 100)) {
    console.error(`"${values.lose}" is no percentage of packets to lose.\nUsage: npm run lab -- ${GIGE_USAGE}`);
    return 2;
  }
  const place = { x: 0, y: 0 };
  const model = createGigeModel({
    clock: systemClock, source: specimenSource("blood-smear", 1, () => ({ axisUm: place, focusUm: 0 })),
    address: values.address, serial: values.serial, mostPacketBytes: 9000, lossRatio: lost / 100,
  });
  const wire = cameraOnUdp(model, { hearsBroadcasts: true });
  await wire.plug();
  const orders: readonly KeyboardOrder[] = [
    {
      name: "status", meaning: "whether somebody controls it, and what it has sent",
      obey: () => `controlled: ${model.isControlled()}, pictures ${model.stream.exposedCount()}, packets lost ${model.stream.lostCount()}, sent again ${model.stream.resentCount()}`,
    },
    {
      name: "unplug", meaning: "the cable comes out; it streams on into the void until its heartbeat ends",
      async obey() {
        await wire.unplug();
        return "The cable is out.";
      },
    },
    {
      name: "replug", meaning: "the cable goes in again",
      async obey() {
        await wire.plug();
        return "It is back.";
      },
    },
    {
      name: "move", words: "X Y", meaning: "the slide goes to this place, um",
      obey([x, y]) {
        [place.x, place.y] = [numberOf(x, 0), numberOf(y, 0)];
        return `The slide is at ${place.x}, ${place.y} um.`;
      },
    },
    {
      name: "silent", words: "[MS]", meaning: "from the next command on it answers nothing for so long; 1000 ms where nothing is said",
      obey([ms]) {
        model.faults.deafMs = numberOf(ms, 1000);
        return `From the next command on it answers nothing for ${model.faults.deafMs} ms.`;
      },
    },
    ...BLOCK_FAULTS.map((fault): KeyboardOrder => ({
      name: fault, meaning: BLOCK_FAULT_WORDS[fault],
      obey() {
        model.faults.blocks.push(fault);
        return `Next picture: ${fault}.`;
      },
    })),
  ];
  console.log(`A virtual GigE Vision camera (${values.serial}) listens at ${values.address}\nTo ask who is there: npm run ocular -- devices probe ${values.address}`);
  await takeOrders(orders);
  model.powerOff();
  await wire.unplug();
  return 0;
}
