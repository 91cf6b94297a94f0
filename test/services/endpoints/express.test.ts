import { EXPRESS } from './express.ts';
import { describeEndpoint } from './matrix.ts';

describeEndpoint(EXPRESS);
