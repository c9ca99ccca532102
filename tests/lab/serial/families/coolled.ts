import { hearLine, type LabModel } from "../lab-controller.ts";

interface Channel {
  isSelected: boolean;
  intensity: number;
}

/** A CoolLED pE-300 with channels A to C, after its command list: what is selected and on is lit. Its pod has left A selected at half. */
export function createCoolledModel(): LabModel {
  const channels: Readonly<Record<string, Channel>> = { A: { isSelected: true, intensity: 50 }, B: { isSelected: false, intensity: 0 }, C: { isSelected: false, intensity: 0 } };
  let isOn = false;
  const lit = (letter: string): number => (isOn && channels[letter]?.isSelected === true ? channels[letter].intensity : 0);
  const part = (letter: string): string => `${letter}${channels[letter]?.isSelected === true ? "S" : "X"}${isOn ? "N" : "F"}${String(channels[letter]?.intensity ?? 0).padStart(3, "0")}`;

  const answer = (line: string): string => {
    if (line === "XMODEL") return "XMODEL=pE-300 white\r\n";
    if (line === "XVER") return "XVER=1.2.3\r\n";
    if (line === "CSS?") return `CSS${Object.keys(channels).map(part).join("")}\r\n`;
    if (line === "CSN" || line === "CSF") {
      isOn = line === "CSN";
      return `${line}\r\n`;
    }
    const { letter = "", verb = "", digits = "" } = /^C(?<letter>[A-H])(?<verb>[SXI?])(?<digits>\d{3})?$/u.exec(line)?.groups ?? {};
    const channel = channels[letter];
    if (channel === undefined) return "ERROR\r\n";
    if (verb === "?") return `C${part(letter)}\r\n`;
    if (verb === "I") channel.intensity = Math.min(100, Number(digits));
    else channel.isSelected = verb === "S";
    return `${line}\r\n`;
  };

  return {
    family: "coolled", line: { baudRate: 57_600 }, latencyMs: 3, errorReply: "ERROR\r\n",
    axes: {}, lights: { a: () => lit("A"), b: () => lit("B"), c: () => lit("C") }, greeting: "CoolLED pE-300\r\n",
    hear: (held, say) => hearLine(held, "\r\n", (line) => say(answer(line.trim().toUpperCase()))),
    reset() {
      isOn = false;
    },
  };
}
