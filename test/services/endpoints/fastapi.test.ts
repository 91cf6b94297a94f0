import { FASTAPI } from './fastapi.ts';
import { describeEndpoint } from './matrix.ts';

describeEndpoint(FASTAPI);
