/** The part of a standard stream used here. */
interface Spoken {
  on(event: "error", listener: (error: NodeJS.ErrnoException) => void): unknown;
}

/**
 * Whoever read these streams may go, a terminal that is closed or a pipe: what is said there is heard by nobody from then on, and that is all. Without
 * this the next line said is an error that reached nobody, which stops whatever moves.
 */
export function speakOnToNobody(streams: readonly Spoken[]): void {
  for (const stream of streams) {
    stream.on("error", (error) => {
      if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
    });
  }
}
