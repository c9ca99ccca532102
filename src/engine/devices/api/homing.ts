/** Said by a person at the instrument, never by a program: the way to the reference marks is clear. */
export interface HomingConsent {
  /** Who said so: kept in the log. */
  readonly givenBy: string;
  readonly isWayClear: true;
}

/** Said by a person at the instrument: a stage or focus whose place was not known stands where it says. */
export interface PlaceWord {
  /** Who said so: kept in the log. */
  readonly givenBy: string;
}
