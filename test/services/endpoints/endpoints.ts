import { BENTO } from './bento.ts';
import type { Endpoint } from './endpoint.ts';
import { EXPRESS } from './express.ts';
import { FASTAPI } from './fastapi.ts';
import { GO } from './go.ts';
import { SPRING_BOOT } from './spring-boot.ts';

export const ENDPOINTS: readonly Endpoint[] = [SPRING_BOOT, FASTAPI, GO, EXPRESS, BENTO];
