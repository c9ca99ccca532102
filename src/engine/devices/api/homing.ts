/** Said by a person at the instrument, never by a program: the way to the reference marks is clear. */
export interface HomingConsent {
  /** Who said so: kept in the log. */
  readonly givenBy: string;
  readonly isWayClear: true;
}
