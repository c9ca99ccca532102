import { Tensor } from "onnxruntime-node";
import type { InferenceSession } from "onnxruntime-node";
import type { GraphTensor } from "../../../../shared/domain/model-package.ts";
import { floatsOfHalves, halvesOfFloats } from "../link/half-precision.ts";
import { dtypeOf } from "../link/wire-tensor.ts";
import type { WireTensor } from "../link/wire-tensor.ts";
import { convertNumbers } from "../package/convert-numbers.ts";

/** Inputs and outputs of a graph as it states them. */
export function graphTensors(session: InferenceSession): { inputs: GraphTensor[]; outputs: GraphTensor[] } {
  const tensor = (value: InferenceSession.ValueMetadata): GraphTensor => (value.isTensor ? { name: value.name, type: value.type, shape: [...value.shape] } : { name: value.name, type: "no tensor", shape: [] });
  return { inputs: session.inputMetadata.map(tensor), outputs: session.outputMetadata.map(tensor) };
}

/**
 * The tensors of rdf.yaml and those of the graph. They have the same names in packages of ours; in the zoo's a tensor is
 * the graph's by its place, as bioimageio.core takes it.
 */
export class GraphBinding {
  readonly #graphNameOf: ReadonlyMap<string, string>;
  readonly #idOf: ReadonlyMap<string, string>;
  readonly #types: ReadonlyMap<string, string>;

  /** @throws Error when the graph has fewer tensors than were described. */
  constructor(session: InferenceSession, described: { readonly inputs: readonly string[]; readonly outputs: readonly string[] }) {
    const inputs = pair("inputs", described.inputs, session.inputNames);
    const outputs = pair("outputs", described.outputs, session.outputNames);
    this.#graphNameOf = new Map([...inputs, ...outputs]);
    this.#idOf = new Map(outputs.map(([id, name]) => [name, id]));
    this.#types = new Map(session.inputMetadata.flatMap((value) => (value.isTensor ? [[value.name, value.type] as const] : [])));
  }

  /** What the session is run with. Numbers become what the graph takes. */
  feeds(inputs: readonly WireTensor[]): Record<string, Tensor> {
    return Object.fromEntries(inputs.map((input) => {
      const name = this.#graphNameOf.get(input.name) ?? input.name;
      return [name, asTensor(input, this.#types.get(name) ?? input.dtype)];
    }));
  }

  /** Names of the wanted outputs; undefined: all. */
  fetches(wanted: readonly string[] | undefined): string[] | undefined {
    return wanted?.map((id) => this.#graphNameOf.get(id) ?? id);
  }

  /** A result under its id; nothing for an output that nobody described. */
  fromGraph(name: string, value: Tensor | undefined): WireTensor[] {
    const id = this.#idOf.get(name);
    if (id === undefined) return [];
    const data: unknown = value?.data;
    if (value === undefined || !ArrayBuffer.isView(data) || data instanceof DataView || data instanceof Uint8ClampedArray) throw new TypeError(`output ${id} is no tensor of numbers`);
    // onnxruntime-node gives halves as their bits.
    const numbers = value.type === "float16" ? floatsOfHalves(data as Uint16Array) : (data as WireTensor["data"]);
    return [{ name: id, dtype: dtypeOf(numbers), shape: [...value.dims], data: numbers }];
  }
}

function pair(what: string, ids: readonly string[], names: readonly string[]): Array<readonly [string, string]> {
  if (ids.every((id) => names.includes(id))) return ids.map((id) => [id, id]);
  if (names.length < ids.length) throw new Error(`its graph has the ${what} ${names.join(", ")}, rdf.yaml describes ${ids.join(", ")}`);
  return ids.map((id, index) => [id, names[index] ?? id]);
}

function asTensor({ name, dtype, shape, data }: WireTensor, type: string): Tensor {
  if (type === dtype) return new Tensor(dtype, data, shape);
  switch (type) {
    case "float32":
      return new Tensor("float32", convertNumbers(data, Float32Array), shape);
    case "float16":
      return new Tensor("float16", halvesOfFloats(convertNumbers(data, Float32Array)), shape);
    case "float64":
      return new Tensor("float64", convertNumbers(data, Float64Array), shape);
    case "uint8":
      return new Tensor("uint8", convertNumbers(data, Uint8Array), shape);
    case "int8":
      return new Tensor("int8", convertNumbers(data, Int8Array), shape);
    case "uint16":
      return new Tensor("uint16", convertNumbers(data, Uint16Array), shape);
    case "int16":
      return new Tensor("int16", convertNumbers(data, Int16Array), shape);
    case "int32":
      return new Tensor("int32", convertNumbers(data, Int32Array), shape);
    case "uint32":
      return new Tensor("uint32", convertNumbers(data, Uint32Array), shape);
    case "int64":
      return new Tensor("int64", BigInt64Array.from(Array.from(data, Number), (value) => BigInt(Math.trunc(value))), shape);
    default:
      throw new TypeError(`input ${name} takes ${type}; float16, float32, float64 and whole numbers are supported`);
  }
}
