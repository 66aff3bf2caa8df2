/** A migration stream is not as it must be; the message goes on after "The migration stream". */
export class MigrationStreamFault extends Error {}
