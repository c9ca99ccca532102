/** What a GenICam file says of its nodes, after GenApi 2: read once, never changed. */
import type { Formula } from "../formula/formula.ts";

/** A value written in the file, or the name of the node that has it. */
export type Source<T> = { readonly constant: T } | { readonly node: string };

export type Visibility = "Beginner" | "Expert" | "Guru" | "Invisible";
export type Representation = "Linear" | "Logarithmic" | "Boolean" | "PureNumber" | "HexNumber" | "IPV4Address" | "MACAddress";
/** What may be done as far as the file says; the device's state narrows it further. */
export type DeclaredAccess = "RO" | "WO" | "RW";

/** What every node may have. */
export interface NodeBase {
  readonly name: string;
  readonly displayName?: string;
  readonly toolTip?: string;
  readonly help?: string;
  readonly visibility: Visibility;
  readonly isDeprecated: boolean;
  /** True for features that belong into a saved profile. */
  readonly isStreamable: boolean;
  /** `AccessMode` of registers, `ImposedAccessMode` of the others; RW where the file says nothing. */
  readonly imposedAccess: DeclaredAccess;
  readonly isImplemented?: string;
  readonly isAvailable?: string;
  readonly isLocked?: string;
  /** Nodes whose change makes this one's value old. */
  readonly invalidators: readonly string[];
  /** Features that this selector switches. */
  readonly selected: readonly string[];
  /** The value goes old by itself after so many ms. */
  readonly pollingMs?: number;
}

/** A value behind a feature. `indexed` chooses one of several by the value of another node. */
export type ValueSource<T> =
  | Source<T>
  | { readonly index: string; readonly choices: ReadonlyMap<bigint, Source<T>>; readonly otherwise?: Source<T> };

export interface EnumEntry {
  /** Symbolic name, e.g. "Mono8". */
  readonly name: string;
  readonly displayName?: string;
  readonly toolTip?: string;
  readonly value: bigint;
  readonly isImplemented?: string;
  readonly isAvailable?: string;
}

/** One summand of a register's address. */
export type AddressTerm = Source<bigint> | { readonly index: string; readonly offset?: Source<bigint> };

/** Where a register lies and how its bytes are meant. */
export interface RegisterPlace {
  readonly address: readonly AddressTerm[];
  /** Bytes. */
  readonly length: Source<bigint>;
  readonly port: string;
  readonly access: DeclaredAccess;
  readonly caching: "NoCache" | "WriteThrough" | "WriteAround";
  readonly isBigEndian: boolean;
}

/** Variables and named parts of a formula. */
export interface FormulaParts {
  /** Variable name (with its suffix, as in "VAR.Max") to node name. */
  readonly variables: ReadonlyMap<string, string>;
  readonly constants: ReadonlyMap<string, bigint | number>;
  readonly expressions: ReadonlyMap<string, Formula>;
}

interface Presented {
  readonly unit?: string;
  readonly representation?: Representation;
}

export type CategoryNode = NodeBase & { readonly kind: "category"; readonly features: readonly string[] };
export type IntegerNode = NodeBase & Presented & {
  readonly kind: "integer"; readonly value: ValueSource<bigint>; readonly copies: readonly string[];
  readonly min?: Source<bigint>; readonly max?: Source<bigint>; readonly inc?: Source<bigint>;
};
export type FloatNode = NodeBase & Presented & {
  readonly kind: "float"; readonly value: ValueSource<number>; readonly copies: readonly string[];
  readonly min?: Source<number>; readonly max?: Source<number>; readonly inc?: Source<number>; readonly displayPrecision?: number;
};
export type BooleanNode = NodeBase & { readonly kind: "boolean"; readonly value: ValueSource<bigint>; readonly on: bigint; readonly off: bigint };
export type EnumerationNode = NodeBase & { readonly kind: "enumeration"; readonly value: ValueSource<bigint>; readonly entries: readonly EnumEntry[] };
export type CommandNode = NodeBase & { readonly kind: "command"; readonly value: ValueSource<bigint>; readonly commandValue: Source<bigint> };
export type StringNode = NodeBase & { readonly kind: "string"; readonly value: Source<string> };
/** IntReg, and with `bits` MaskedIntReg and StructEntry. Bits count from the lowest, after the byte order has been undone. */
export type IntRegNode = NodeBase & Presented & {
  readonly kind: "intReg"; readonly place: RegisterPlace; readonly isSigned: boolean; readonly bits?: { readonly first: number; readonly second: number };
};
export type FloatRegNode = NodeBase & Presented & { readonly kind: "floatReg"; readonly place: RegisterPlace };
export type StringRegNode = NodeBase & { readonly kind: "stringReg"; readonly place: RegisterPlace };
export type RegisterNode = NodeBase & { readonly kind: "register"; readonly place: RegisterPlace };
export type SwissKnifeNode = NodeBase & Presented & {
  readonly kind: "swissKnife"; readonly isInteger: boolean; readonly formula: Formula; readonly parts: FormulaParts;
};
export type ConverterNode = NodeBase & Presented & {
  readonly kind: "converter"; readonly isInteger: boolean; readonly value: string;
  /** TO (raw) to the user's value, and FROM (the user's value) to raw. */
  readonly fromRaw: Formula; readonly toRaw: Formula; readonly parts: FormulaParts;
};
/** `chunkId`: its bytes come with a frame; `eventId`: with an event, which we do not receive. */
export type PortNode = NodeBase & { readonly kind: "port"; readonly chunkId?: bigint; readonly eventId?: string };

export type NodeDescription =
  | CategoryNode | IntegerNode | FloatNode | BooleanNode | EnumerationNode | CommandNode | StringNode
  | IntRegNode | FloatRegNode | StringRegNode | RegisterNode | SwissKnifeNode | ConverterNode | PortNode;

/** A device's whole description. */
export interface DeviceDescription {
  readonly vendor: string;
  readonly model: string;
  readonly nodes: ReadonlyMap<string, NodeDescription>;
  /** What was left out and why, in words, at most a hundred. */
  readonly problems: readonly string[];
}

export function isNodeSource<T>(source: Source<T>): source is { readonly node: string } {
  return "node" in source;
}
