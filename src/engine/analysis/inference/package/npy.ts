import { OcularError } from "../../../../shared/errors.ts";
import { floatsOfHalves } from "../link/half-precision.ts";

/**
 * Tensors in NumPy's .npy format, versions 1 to 3, little-endian or single bytes; written in C order, read in either; float16 is read as float32
 * (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
 */

export type TensorData =
  | Float32Array | Float64Array | Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array
  | BigInt64Array | BigUint64Array;

/** A dense tensor, last axis fastest. */
export interface Tensor<Data extends TensorData = TensorData> {
  readonly shape: readonly number[];
  readonly data: Data;
}

const MAGIC = "\x93NUMPY";
const ALIGNMENT = 64;
const HALF = "<f2";
const CODES = [
  ["<f4", Float32Array], ["<f8", Float64Array], ["|u1", Uint8Array], ["|b1", Uint8Array], ["|i1", Int8Array], ["<u2", Uint16Array],
  ["<i2", Int16Array], ["<u4", Uint32Array], ["<i4", Int32Array], ["<i8", BigInt64Array], ["<u8", BigUint64Array],
] as const;

/**
 * @param name what the file is called in the error.
 * @throws OcularError InvalidInput when the bytes are no such file, cut short, or of a type not listed above.
 */
export function parseNpy(bytes: Uint8Array, name: string): Tensor {
  const refuse = (reason: string): never => {
    throw new OcularError({ tag: "InvalidInput", what: name, reason });
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || latin1(bytes.subarray(0, 6)) !== MAGIC) return refuse("it is not a .npy file");
  const isFirstVersion = bytes[6] === 1;
  const headerLength = isFirstVersion ? view.getUint16(8, true) : view.getUint32(8, true);
  const dataStart = (isFirstVersion ? 10 : 12) + headerLength;
  if (dataStart > bytes.length) return refuse("its header is cut short");
  const header = latin1(bytes.subarray(isFirstVersion ? 10 : 12, dataStart));
  const descr = /'descr':\s*'([^']+)'/.exec(header)?.[1];
  const shapeText = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (descr === undefined || shapeText === undefined) return refuse("its header names no type or shape");
  const isFirstAxisFastest = /'fortran_order':\s*True/.test(header);
  const shape = shapeText.split(",").map((part) => part.trim()).filter((part) => part !== "").map(Number);
  if (shape.some((size) => !Number.isSafeInteger(size) || size < 0)) return refuse("its shape is not a list of sizes");
  const arrayType = descr === HALF ? Uint16Array : CODES.find(([code]) => code === descr)?.[1];
  if (arrayType === undefined) return refuse(`numbers of type ${descr} are not supported`);
  const length = shape.reduce((product, size) => product * size, 1);
  const byteLength = length * arrayType.BYTES_PER_ELEMENT;
  if (bytes.length - dataStart < byteLength) return refuse(`it holds ${bytes.length - dataStart} of ${byteLength} bytes`);
  const copy = new Uint8Array(byteLength);
  copy.set(bytes.subarray(dataStart, dataStart + byteLength));
  const stored = new arrayType(copy.buffer);
  const numbers = isFirstAxisFastest ? inLastAxisFastest(stored, shape) : stored;
  return { shape, data: descr === HALF && numbers instanceof Uint16Array ? floatsOfHalves(numbers) : numbers };
}

/** NumPy writes a transposed array as it lies in memory; ours are always last axis fastest. */
function inLastAxisFastest<Data extends TensorData>(stored: Data, shape: readonly number[]): Data {
  const ordered = stored.slice() as Data;
  const steps = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  for (let i = 0; i < ordered.length; i++) {
    let rest = i;
    let from = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis] ?? 1;
      from += (rest % size) * (steps[axis] ?? 1);
      rest = Math.floor(rest / size);
    }
    ordered[i] = stored[from] ?? 0;
  }
  return ordered;
}

/** The bytes of a .npy file, version 1. */
export function formatNpy(tensor: Tensor): Uint8Array {
  const code = CODES.find(([, type]) => tensor.data instanceof type)?.[0] ?? "<f4";
  const shape = tensor.shape.length === 1 ? `${tensor.shape.join()},` : tensor.shape.join(", ");
  const text = `{'descr': '${code}', 'fortran_order': False, 'shape': (${shape}), }`;
  const padding = ALIGNMENT - ((10 + text.length + 1) % ALIGNMENT);
  const header = `${text}${" ".repeat(padding % ALIGNMENT)}\n`;
  const data = new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);
  const bytes = new Uint8Array(10 + header.length + data.length);
  for (let i = 0; i < 6; i++) bytes[i] = MAGIC.charCodeAt(i);
  bytes[6] = 1;
  new DataView(bytes.buffer).setUint16(8, header.length, true);
  for (let i = 0; i < header.length; i++) bytes[10 + i] = header.charCodeAt(i);
  bytes.set(data, 10 + header.length);
  return bytes;
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
