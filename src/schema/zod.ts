import { z } from 'zod';

// zod generates code for each schema when it is first used. That costs more than it saves, because qbl reads only a few
// small files: without generated code, `verify` of a small run needs a tenth less CPU time.
z.config({ jitless: true });

export { z };
