/** Everything the library says. */
export const libraryWords = {
  title: "Sessions",
  empty: "No session yet",
  emptyHint: "A session appears here as soon as it is started on the Live screen.",
  choose: "Choose a session",
  chooseHint: "Its records are checked, then fields, counts and log are shown as they were saved.",
  opening: "Opening and checking every record and file...",
  states: { open: "open", sealed: "sealed", recovered: "recovered", damaged: "damaged" },
  stateHints: {
    open: "Still recording, or not finished yet",
    sealed: "Finished: nothing can be added",
    recovered: "Was not finished when Ocular stopped; everything acknowledged is here",
    damaged: "The records do not agree: show it to QA",
  },
  verified: (records: number, files: number) => `Intact: ${records} records and ${files} files agree with the chain`,
  verifiedUnsealed: (records: number, files: number) => `Intact so far: ${records} records and ${files} files agree; the session is not sealed`,
  brokenLine: (line: number, message: string) => `Log line ${line} is broken: ${message}`,
  brokenFile: (file: string, message: string) => `${file} is broken: ${message}`,
  broken: (message: string) => `Broken: ${message}`,
  noFields: "No field was kept in this session",
  noPicture: "This field's picture cannot be shown",
} as const;
