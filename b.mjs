import {rolldown} from 'rolldown';
for (const [n,p] of [['ph','src/serve/plain/plain-head.ts'],['fp','src/queue/kafka/kafkajs-fixes/fast-produce.ts'],['bf','src/buffered-file.ts']]){
 const b=await rolldown({input:'/work/main/'+p,platform:'node',external:/^kafkajs/});
 await b.write({file:`/tmp/rv/${n}.mjs`,format:'esm'});
}
