/** A header of a message: a Kafka record header, an AMQP header or property, an SQS message attribute. */
export interface MessageHeader {
  readonly name: string;
  readonly value: string;
}

/** Position of a message in the queue. Only some queue systems report it. */
export interface Place {
  readonly partition: number;
  readonly offset: number;
}
