import { BENTO } from './bento.ts';
import { describeEndpoint } from './matrix.ts';

describeEndpoint(BENTO);
