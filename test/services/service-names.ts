export const SERVICES = ['kafka', 'cluster', 'jmeter', 'sqs', 'rabbitmq'] as const;
export type ServiceName = (typeof SERVICES)[number];

export function isService(name: string): name is ServiceName {
  return SERVICES.some((service) => service === name);
}
