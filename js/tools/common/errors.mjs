/** Something the person at the keyboard can do something about; shown as one line, without a stack. */
export class UserError extends Error {}
