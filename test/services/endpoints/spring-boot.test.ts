import { describeEndpoint } from './matrix.ts';
import { SPRING_BOOT } from './spring-boot.ts';

describeEndpoint(SPRING_BOOT);
