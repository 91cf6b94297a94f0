import { conforms } from './suite.ts';
import { embedded, kafka } from './systems.ts';

conforms(embedded);
conforms(kafka);
