/** Three numbers: linear RGB (0 to 1), XYZ or CIELAB. */
export type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

/** Full dichromacy in linear RGB: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, IEEE TVCG 15(6), 2009, severity 1.0. */
const VISIONS: Readonly<Record<"normal" | "protanopia" | "deuteranopia" | "tritanopia", Matrix>> = {
  normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};

/** IEC 61966-2-1. */
export function linearFromSrgb(rgb: readonly [number, number, number]): Triple {
  return mapTriple(rgb, (byte) => (byte / 255 <= 0.04045 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4));
}

/** How a linear colour looks to such an eye, clipped to what a screen can show. */
export function seenBy(vision: keyof typeof VISIONS, linear: Triple): Triple {
  return mapTriple(multiply(VISIONS[vision], linear), (value) => Math.min(1, Math.max(0, value)));
}

const XYZ_FROM_RGB: Matrix = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]];

/** CIELAB under D65. */
export function labOf(linear: Triple): Triple {
  const [x, y, z] = multiply(XYZ_FROM_RGB, linear);
  const f = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116);
  const [fx, fy, fz] = [f(x / 0.95047), f(y), f(z / 1.08883)];
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)];
}

/** WCAG 2 contrast of two linear colours, 1 to 21. */
export function contrastOf(a: Triple, b: Triple): number {
  const luminance = (linear: Triple): number => multiply(XYZ_FROM_RGB, linear)[1];
  const [dark, light] = [luminance(a), luminance(b)].sort((p, q) => p - q) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** CIEDE2000 as in G. Sharma, W. Wu, E. N. Dalal, Color Res. Appl. 30(1), 2005. */
export function ciede2000([l1, a1, b1]: Triple, [l2, a2, b2]: Triple): number {
  const degrees = (radians: number): number => (radians * 180) / Math.PI;
  const cosine = (angle: number): number => Math.cos((angle * Math.PI) / 180);
  const pow7 = 25 ** 7;
  const meanC = (Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2;
  const g = 0.5 * (1 - Math.sqrt(meanC ** 7 / (meanC ** 7 + pow7)));
  const [p1, p2] = [a1 * (1 + g), a2 * (1 + g)];
  const [c1, c2] = [Math.hypot(p1, b1), Math.hypot(p2, b2)];
  const hue = (a: number, b: number): number => (a === 0 && b === 0 ? 0 : (degrees(Math.atan2(b, a)) + 360) % 360);
  const [h1, h2] = [hue(p1, b1), hue(p2, b2)];
  const grey = c1 * c2 === 0;
  const turn = h2 - h1;
  const dh = grey ? 0 : turn > 180 ? turn - 360 : turn < -180 ? turn + 360 : turn;
  const dL = l2 - l1;
  const dC = c2 - c1;
  const dH = 2 * Math.sqrt(c1 * c2) * Math.sin((dh * Math.PI) / 360);
  const meanL = (l1 + l2) / 2;
  const cBar = (c1 + c2) / 2;
  const sum = h1 + h2;
  const hBar = grey ? sum : Math.abs(turn) <= 180 ? sum / 2 : sum < 360 ? (sum + 360) / 2 : (sum - 360) / 2;
  const t = 1 - 0.17 * cosine(hBar - 30) + 0.24 * cosine(2 * hBar) + 0.32 * cosine(3 * hBar + 6) - 0.2 * cosine(4 * hBar - 63);
  const sL = 1 + (0.015 * (meanL - 50) ** 2) / Math.sqrt(20 + (meanL - 50) ** 2);
  const sC = 1 + 0.045 * cBar;
  const sH = 1 + 0.015 * cBar * t;
  const rotation = -Math.sin((2 * 30 * Math.exp(-(((hBar - 275) / 25) ** 2)) * Math.PI) / 180) * 2 * Math.sqrt(cBar ** 7 / (cBar ** 7 + pow7));
  return Math.sqrt((dL / sL) ** 2 + (dC / sC) ** 2 + (dH / sH) ** 2 + rotation * (dC / sC) * (dH / sH));
}

function multiply(matrix: Matrix, [x, y, z]: Triple): Triple {
  return mapTriple(matrix, (row) => row[0] * x + row[1] * y + row[2] * z);
}

function mapTriple<T>([a, b, c]: readonly [T, T, T], change: (value: T) => number): Triple {
  return [change(a), change(b), change(c)];
}
