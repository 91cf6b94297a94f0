import { GO } from './go.ts';
import { describeEndpoint } from './matrix.ts';

describeEndpoint(GO);
