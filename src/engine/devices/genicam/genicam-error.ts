/** What kind of thing went wrong between us and a GenICam device. */
export type GenicamProblem =
  /** The device's file breaks the rules of XML or GenApi, or our limits for hostile files. */
  | "malformed"
  /** No node of that name, or of another kind than asked for. */
  | "unknown"
  /** Not implemented, not available, locked, or not for reading or writing. */
  | "access"
  /** A value outside limits or entries. */
  | "range"
  /** A formula divides by zero, or asks for what a number cannot be. */
  | "formula"
  /** Nodes refer to each other in a circle, or one value takes too many nodes. */
  | "cycle"
  /** The device answered with an error, or not at all. */
  | "transport";

/** An error that names the node it happened at. `message` is a clause that people can read after the device's name. */
export class GenicamError extends Error {
  readonly problem: GenicamProblem;
  readonly node: string;
  constructor(problem: GenicamProblem, node: string, reason: string, options?: { cause?: unknown }) {
    super(node === "" ? reason : `${node}: ${reason}`, options);
    this.name = "GenicamError";
    this.problem = problem;
    this.node = node;
  }
}
