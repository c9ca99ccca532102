import { hearLine, type LabModel } from "../lab-controller.ts";

const NAMES = ["VIOLET", "BLUE", "GREEN", "RED"] as const;
const MAX = 1000;

/** A Lumencor engine with four channels and the standard interface. Its first answer after power-up is an error. */
export function createLumencorModel(hasScalePerChannel = true): LabModel {
  const channels = NAMES.map(() => ({ isLit: false, intensity: 0 }));
  let isFresh = true;

  const answer = (line: string): string => {
    if (isFresh) {
      isFresh = false;
      return "E UNKNOWN COMMAND\r\n";
    }
    const [verb = "", word = "", ...values] = line.toUpperCase().split(/\s+/u);
    const channel = channels[Number(values[0] ?? Number.NaN)];
    const value = Number(values[1]);
    const key = `${verb} ${word}`;
    if (key === "GET MODEL") return "A MODEL SPECTRA III\r\n";
    if (key === "GET CHMAP") return `A CHMAP ${NAMES.join(" ")}\r\n`;
    if (key === "GET MAXINT") return (values.length === 1) === hasScalePerChannel ? `A MAXINT ${MAX}\r\n` : "E MAXINT ARGUMENTS\r\n";
    if (channel === undefined) return `E ${word} CHANNEL\r\n`;
    if (key === "GET CH") return `A CH ${channel.isLit ? 1 : 0}\r\n`;
    if (key === "GET CHINT") return `A CHINT ${channel.intensity}\r\n`;
    if (key === "SET CH" && (value === 0 || value === 1)) channel.isLit = value === 1;
    else if (key === "SET CHINT" && value >= 0 && value <= MAX) channel.intensity = value;
    else return `E ${word} VALUE\r\n`;
    return `A ${word} ${values.join(" ")}\r\n`;
  };

  return {
    family: "lumencor", line: { baudRate: 115_200 }, latencyMs: 4, errorReply: "E CH VALUE\r\n",
    axes: {},
    lights: Object.fromEntries(NAMES.map((name, index) => [name, () => (channels[index]?.isLit === true ? (100 * channels[index].intensity) / MAX : 0)])),
    hear(held, say) {
      const used = hearLine(held, "\n", (line) => say(answer(line.trim())));
      // An empty line is a command like any other to the one that has just been switched on.
      if (used === 1 && isFresh) say(answer(""));
      return used;
    },
    reset() {
      for (const channel of channels) channel.isLit = false;
      isFresh = true;
    },
  };
}
