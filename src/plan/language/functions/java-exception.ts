import { UnsentError } from '../java-url.ts';

/** A function throws an exception in JMeter, so that JMeter sends nothing. */
export class JavaException extends UnsentError {
  /** Says the same as the message, in words that need no knowledge of Java. */
  readonly explanation: string;

  constructor(exception: string, message: string, explanation = message) {
    super(exception, message, null);
    this.explanation = explanation;
  }
}
